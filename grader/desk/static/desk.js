// What every page does: theme, live parts, notices, and copying.
// A part of a page that shows something live says so with hx-trigger="lab:findings from:body".

const root = document.documentElement;
document.getElementById("theme")?.addEventListener("click", () => {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  document.body.dispatchEvent(new CustomEvent("lab:theme"));
});

/** Show a sentence in the corner until it has been read; `kind` is "pass", "fail" or "". */
export function notice(sentence, kind = "") {
  const notices = document.getElementById("notices");
  const line = document.createElement("p");
  line.className = `notice ${kind}`;
  line.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain";
  close.textContent = "×";
  close.setAttribute("aria-label", notices.dataset.close);
  close.addEventListener("click", () => line.remove());
  line.append(close);
  notices.append(line);
  if (kind !== "fail") setTimeout(() => line.remove(), 6000);
}

/** What went wrong with an answer of the desk, as a sentence. */
export async function trouble(answer) {
  const document_ = await answer?.json().catch(() => null);
  return document_?.error ?? document.getElementById("notices").dataset.wrong;
}

document.body.addEventListener("htmx:responseError", async (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) return location.assign("/");
  let sentence = "";
  try {
    sentence = JSON.parse(xhr.responseText).error;
  } catch { /* no JSON: the general sentence says enough */ }
  notice(sentence || document.getElementById("notices").dataset.wrong, "fail");
});
document.body.addEventListener("htmx:sendError", () => notice(document.getElementById("live").dataset.offline, "fail"));

document.body.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  notice(button.dataset.copied ?? button.dataset.copy, "pass");
});

const POLL = 4000; // milliseconds
const lamp = document.getElementById("live");
let versions = null;

function lit(state) {
  lamp.hidden = false;
  lamp.className = `lamp ${state}`;
  lamp.textContent = lamp.title = lamp.dataset[state];
}

function heard(now) {
  if (versions && versions.lab !== now.lab) return location.reload(); // a fresh lab, or another link
  if (versions) {
    for (const topic of Object.keys(now)) {
      if (now[topic] !== versions[topic]) document.body.dispatchEvent(new CustomEvent(`lab:${topic}`));
    }
  }
  versions = now;
}

async function poll() {
  try {
    const answer = await fetch("/live/now");
    if (answer.status === 401) return location.reload(); // the link was taken back
    heard(await answer.json());
    lit("polling");
  } catch {
    lit("offline");
  }
  setTimeout(poll, POLL);
}

function listen() {
  const stream = new EventSource("/live");
  let failures = 0;
  stream.addEventListener("message", (message) => {
    failures = 0;
    heard(JSON.parse(message.data));
    lit("live");
  });
  stream.addEventListener("error", () => {
    lit("offline");
    failures += 1;
    if (failures > 2 || stream.readyState === EventSource.CLOSED) {
      stream.close();
      setTimeout(poll, POLL);
    }
  });
}
if (document.body.dataset.live !== undefined) listen();
