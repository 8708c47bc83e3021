// The Work view: what its parts have to do with each other.
import { ask } from "./work/ask.js";
import { openEditor } from "./work/editor.js";
import { inputKind, unsent } from "./work/answer.js";
import { openHistory } from "./work/history.js";
import { Results } from "./work/results.js";

const FIRST = "select eventname, count(*) as total\nfrom EDS_ID\ngroup by eventname\norder by total desc";

const page = document.getElementById("work");
const runs = document.getElementById("run");
const stops = document.getElementById("stop");
const { store } = page.dataset;

/** Show one of the parts where there is no room for all of them. */
function show(shown) {
  page.dataset.shown = shown;
  for (const tab of document.querySelectorAll("[data-show]")) tab.setAttribute("aria-pressed", String(tab.dataset.show === shown));
}

// The editor
const plain = document.getElementById("sql-text");
const draft = `lab-draft-${store}`;
const editor = openEditor(document.getElementById("editor"), {
  text: plain.value || localStorage.getItem(draft) || FIRST,
  label: plain.getAttribute("aria-label"),
  run,
  leave: () => (runs.hidden ? stops : runs).focus(),
  changed: (text) => localStorage.setItem(draft, text),
});
const edit = (sql) => {
  show("sql");
  editor.show(sql);
};
const history = openHistory(store, edit);
const results = new Results({ visit: () => (show("sql"), editor.visit()), show });

// Running
let running = null;

async function run() {
  const sql = editor.text;
  if (running || !sql.trim()) return;
  editor.clear();
  show("results");
  const blank = editor.blank();
  if (blank) return refused(blank);
  running = new AbortController();
  busy(true);
  results.begin();
  try {
    for await (const line of ask(sql, running.signal)) await heard(line, sql);
  } finally {
    running = null;
    busy(false);
  }
}

async function heard(line, sql) {
  if ("seconds" in line) results.waiting(line.seconds);
  else if ("columns" in line) results.columns = line.columns;
  else if ("rows" in line) await results.add(line.rows);
  else if ("end" in line) {
    await results.end(line.end);
    history.add(sql, results.told);
  } else {
    refused(line.error);
    history.add(sql, line.error.sentence);
  }
}

function refused(error) {
  if (error.line) editor.mark(error.line, error.column, error.detail || error.sentence);
  results.trouble(error);
}

function busy(is) {
  const focused = [runs, stops].includes(document.activeElement);
  runs.hidden = is;
  stops.hidden = !is;
  document.getElementById("results").setAttribute("aria-busy", String(is));
  if (focused) (is ? stops : runs).focus();
}

runs.addEventListener("click", run);
stops.addEventListener("click", () => running?.abort());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && running && !document.querySelector("dialog[open]")) running.abort();
});

// What is pressed anywhere on the page
document.body.addEventListener("click", (event) => {
  const { target } = event;
  const source = target.closest("[data-edit]");
  if (source) edit(source.dataset.edit);
  const tab = target.closest("[data-show]");
  if (tab) show(tab.dataset.show);
  if (target.closest("[data-dismiss]")) target.closest("dialog").close();
  if (target.closest("#mate-show")) refresh("#answer");
});

// Parts that htmx puts in
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) Object.assign(event.detail, { shouldSwap: true, isError: false });
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  results.again();
  const { elt } = event.detail;
  if (elt.id === "task") arrived(elt);
  if (elt.id === "answer" && event.detail.requestConfig?.verb === "post") {
    (document.getElementById("answer-errors") ?? document.getElementById("verdict")).scrollIntoView({ block: "nearest" });
  }
  if (elt.id === "hints" && event.detail.requestConfig?.verb === "post") elt.querySelector(".hint:last-of-type")?.focus();
});

/** Another task is shown. */
function arrived(task) {
  const path = `/work/${task.dataset.task}`;
  if (location.pathname !== path) window.history.pushState(null, "", path);
  document.title = task.dataset.title;
  show("task");
  document.getElementById("task-title").focus({ preventScroll: true });
}
window.addEventListener("popstate", () => htmx.ajax("GET", location.pathname, { target: "#task", swap: "outerHTML" }));

// What others of the team, or the lab, do meanwhile
const at = () => document.getElementById("task").dataset.task;
const refresh = (part) => htmx.ajax("GET", `/work/${at()}/answer`, { target: part, select: part, swap: "outerHTML" });
const sending = () => document.querySelector("#answer .htmx-request, #answer.htmx-request");
document.body.addEventListener("lab:sheet", () => {
  if (unsent()) document.getElementById("mate").hidden = sending() !== null;
  else if (!sending()) refresh("#answer");
});
for (const topic of ["findings", "event"]) {
  document.body.addEventListener(`lab:${topic}`, () => sending() || refresh(inputKind() && unsent() ? "#verdict" : "#answer"));
}
