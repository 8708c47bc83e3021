// Times of the page, in UTC or, where that was chosen, as the browser's clock shows them.

const chosen = document.getElementById("see-local");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function parts(options, locale = "sv-SE") {
  const utc = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const local = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  return (time) => (chosen?.checked ? local : utc).format(time);
}
const day = { year: "numeric", month: "2-digit", day: "2-digit" };
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** "2026-03-01 08:00:05" */
export const toSecond = parts({ ...day, ...clock, second: "2-digit" });
/** "2026-03-01 08:00" */
export const toMinute = parts({ ...day, ...clock });
/** "08:00" */
export const ofDay = parts(clock);
/** "Mar 1", as the page's language writes it */
export const date = parts({ day: "numeric", month: "short" }, document.documentElement.lang);
/** "UTC", or the name of the browser's time zone */
export const zoneName = () => (chosen?.checked ? zone : "UTC");

/** Write every <time> of the page anew. */
export function showTimes() {
  for (const element of document.querySelectorAll("main time, dialog time")) {
    element.textContent = toSecond(new Date(element.dateTime));
  }
}
chosen?.addEventListener("change", showTimes);
document.body.addEventListener("htmx:afterSwap", showTimes);
