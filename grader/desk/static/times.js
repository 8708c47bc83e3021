// Times as whoever reads them has them: time[data-clock] as hours and minutes, time[data-ago] as how long ago.
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function told(element) {
  const time = new Date(element.dateTime);
  if ("clock" in element.dataset) return clock.format(time);
  const seconds = Math.max(0, (Date.now() - time) / 1000);
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? UNITS.at(-1);
  return ago.format(-Math.floor(seconds / length), unit);
}

function tell() {
  for (const element of document.querySelectorAll("time[data-clock], time[data-ago]")) {
    const text = told(element);
    if (element.textContent !== text) element.textContent = text;
  }
}

tell();
setInterval(tell, 10_000);
document.body.addEventListener("htmx:afterSwap", tell);
