// The See view: the picture and the list belong together. The form holds all that is chosen, so that either part can be
// asked for anew from it, and so that the address names what is seen.
import { colours, drawAxis, drawStrip } from "./see-strip.js";
import { date, ofDay, showTimes, toMinute, zoneName } from "./see-times.js";
import { trouble } from "./desk.js";

const FEW = innerWidth < 700 ? 8 : 12; // rows at first
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200]; // minutes between ticks
const CALM = 10_000; // milliseconds between two looks at what is new
const OFTEN = 15_000; // milliseconds after which it is looked anyway: the desk tells only of what bears on containment
const MINUTE = 60_000;

const words = JSON.parse(document.getElementById("see-words").textContent);
const form = document.getElementById("see-filter");
const host = document.getElementById("timeline");
const list = document.getElementById("see-events");
const drawer = document.getElementById("see-drawer");
const tip = element("div", { className: "tip", hidden: true });
const brush = element("div", { className: "brush", hidden: true });

let said = ""; // what the desk gave last
let picture = null; // the same, read
let all = false; // whether all rows are shown
let chosen = null; // [first, last] bin of a selection
let cursor = null; // [row, bin] of the keyboard
let asking = null;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const count = (number) => number.toLocaleString(document.documentElement.lang);
const act = (name) => document.querySelector(`[data-act="${name}"]`);
const field = (name) => form.elements.namedItem(name);
const given = (time) => toIso(time).replace("T", " ").replace("Z", "");
const toIso = (time) => `${new Date(time).toISOString().slice(0, 19)}Z`;
const written = (name) => (field(name).value ? Date.parse(`${field(name).value.trim().replace(" ", "T").replace(/Z$/, "")}Z`) : NaN);
const begin = () => Date.parse(picture.from);
const end = () => Date.parse(picture.to);
const timeOf = (bin) => begin() + bin * picture.minutes * MINUTE;
const rows = () => (all ? picture.rows : picture.rows.slice(0, FEW));

function query() {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
}

/** Ask for the picture, and show it; with `news`, only where it says something else. Tells whether it did. */
async function load({ news = false } = {}) {
  asking?.abort();
  asking = new AbortController();
  if (!news) host.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/api/timeline?${query()}`, { signal: asking.signal });
    if (answer.status === 401) return location.assign("/");
    if (!answer.ok) return failed(await trouble(answer));
    const text = await answer.text();
    if (news && text === said) return false;
    said = text;
    picture = JSON.parse(text);
    show();
    return true;
  } catch (error) {
    if (error.name !== "AbortError") failed(document.getElementById("live").dataset.offline);
  } finally {
    host.removeAttribute("aria-busy");
  }
}

function failed(sentence) {
  picture = null;
  said = "";
  const again = element("button", { type: "button", textContent: words.again });
  again.dataset.act = "again";
  host.replaceChildren(
    element("div", { className: "empty" }, element("p", { className: "empty-title", textContent: words.trouble }), element("p", { textContent: sentence }), again),
  );
}

/** Put what the desk gave on the page, and keep the focus and the selection where they were. */
function show() {
  const focused = document.activeElement?.closest("#timeline [data-key]")?.dataset.key;
  const since = written("since");
  chosen = since >= 0 ? [since, written("until")].map((time) => Math.floor((time - begin()) / (picture.minutes * MINUTE))) : null;
  if (chosen) chosen = [Math.max(0, chosen[0]), Math.min(picture.bins, Math.max(chosen[0] + 1, chosen[1])) - 1];
  if (picture.rows.length === 0) {
    host.replaceChildren(
      element("div", { className: "empty" }, element("p", { className: "empty-title", textContent: words.none_title }), element("p", { textContent: words.none_text })),
    );
  } else {
    host.replaceChildren(table(), more(), brush, tip);
    draw();
  }
  if (focused !== undefined) [...host.querySelectorAll("[data-key]")].find((button) => button.dataset.key === focused)?.focus();
  tell();
}

function table() {
  const by = picture.by;
  const only = field(by).value;
  const head = element("tr", {},
    element("th", { scope: "col", textContent: words[by] }),
    element("td", {}, element("canvas", { className: "axis" })),
    ...["events", "calls", "errors"].map((name) => element("th", { scope: "col", className: "number", textContent: words[name] })),
  );
  const lines = rows().map((row) => {
    const label = row.key === null ? fill(words.others, { count: count(row.keys) }) : row.label;
    const name = element("th", { scope: "row" });
    if (row.key === null) {
      name.append(element("span", { className: "key quiet", textContent: label }));
    } else {
      const button = element("button", { type: "button", className: "plain key", title: row.detail ? `${label} (${row.detail})` : label }, label);
      if (row.detail) button.append(" ", element("span", { className: "quiet small", textContent: row.detail }));
      button.dataset.key = row.key;
      button.setAttribute("aria-pressed", String(row.key === only));
      name.append(button);
    }
    return element("tr", { className: row.key !== null && row.key === only ? "only" : "" }, name, ...strip(row));
  });
  return element("table", { className: "timeline" },
    element("caption", { className: "visually-hidden", textContent: words.picture }),
    element("thead", {}, head),
    element("tbody", {}, element("tr", { className: "total" }, element("th", { scope: "row" }, element("span", { className: "key", textContent: words.all_events })), ...strip(total())), ...lines),
  );
}

function strip(row) {
  const numbers = [row.events, row.calls, row.errors].map((number, at) =>
    element("td", { className: `number${at === 2 && number ? " bad" : ""}`, textContent: number || at < 2 ? (at === 1 && !number ? "" : count(number)) : "" }));
  return [element("td", { className: "strip" }, element("canvas")), ...numbers];
}

function total() {
  const sums = new Map();
  for (const row of picture.rows) {
    for (const [bin, events, errors] of row.cells) {
      const [had, failed_] = sums.get(bin) ?? [0, 0];
      sums.set(bin, [had + events, failed_ + errors]);
    }
  }
  const cells = [...sums].map(([bin, [events, errors]]) => [bin, events, errors, 0]);
  const sum = (name) => picture.rows.reduce((had, row) => had + row[name], 0);
  return { cells, events: sum("events"), errors: sum("errors"), calls: 0 };
}

function more() {
  if (picture.rows.length <= FEW) return "";
  const button = element("button", { type: "button", className: "plain small", textContent: all ? words.show_few : fill(words.show_all, { count: picture.rows.length }) });
  button.dataset.act = "more";
  return button;
}

function ticks() {
  const wide = host.querySelector("canvas.axis")?.clientWidth || 600;
  const span = picture.minutes * picture.bins;
  const step = (STEPS.find((minutes) => (minutes / span) * wide >= 76) ?? STEPS.at(-1)) * MINUTE;
  const shift = zoneName() === "UTC" ? 0 : new Date(begin()).getTimezoneOffset() * MINUTE;
  const found = [];
  for (let time = Math.ceil((begin() - shift) / step) * step + shift; time < end(); time += step) found.push(time);
  return found;
}

function draw() {
  if (!host.querySelector("canvas")) return;
  const times = ticks();
  const at = (time) => (time - begin()) / (picture.minutes * MINUTE);
  const paint = colours();
  const most = Math.max(...picture.rows.flatMap((row) => row.cells.map((cell) => cell[1])));
  const shared = { bins: picture.bins, ticks: times.map(at), paint };
  const midnight = (time) => ofDay(time) === "00:00";
  drawAxis(host.querySelector("canvas.axis"), { ...shared, labels: times.map((time) => [at(time), midnight(time) ? date(time) : ofDay(time)]) });
  const sum = total();
  const drawn = [sum, ...rows()];
  host.querySelectorAll(".strip canvas").forEach((canvas, place) => {
    drawStrip(canvas, { ...shared, cells: drawn[place].cells, most: place ? most : Math.max(...sum.cells.map((cell) => cell[1])) });
  });
  marked();
}

/** Where the strips are, within the picture. */
function area() {
  const canvases = host.querySelectorAll(".strip canvas");
  const outer = host.getBoundingClientRect();
  const first = canvases[0].getBoundingClientRect();
  const last = canvases[canvases.length - 1].getBoundingClientRect();
  return { left: first.left - outer.left, top: first.top - outer.top, width: first.width, height: last.bottom - first.top, page: first.left };
}

function marked() {
  const range = chosen ?? (cursor ? [cursor[1], cursor[1]] : null);
  brush.hidden = !range;
  const selected = document.getElementById("see-selected");
  selected.hidden = act("selection").hidden = act("drop").hidden = !chosen;
  if (!range || !host.contains(brush)) return;
  const { left, top, width, height } = area();
  const step = width / picture.bins;
  brush.classList.toggle("cursor", !chosen);
  Object.assign(brush.style, { left: `${left + range[0] * step}px`, top: `${top}px`, width: `${Math.max(2, (range[1] - range[0] + 1) * step)}px`, height: `${height}px` });
  if (chosen) selected.textContent = fill(words.selected, { from: toMinute(timeOf(chosen[0])), to: toMinute(timeOf(chosen[1] + 1)) });
}

/** Say in words what is seen. */
function tell() {
  const zone = zoneName();
  document.getElementById("see-window").textContent = `${toMinute(begin())} – ${toMinute(end())} ${zone}`;
  const { minutes } = picture;
  document.getElementById("see-bin").textContent =
    minutes === 1 ? words.bin_1 : minutes < 60 ? fill(words.bin_minutes, { count: minutes }) : fill(words.bin_hours, { count: minutes / 60 });
  const bursting = picture.rows.filter((row) => row.burst && row.key !== null).slice(0, 3);
  const lines = bursting.map((row) => {
    const bins = row.cells.filter((cell) => cell[3]).map((cell) => cell[0]);
    return element("li", { textContent: fill(words.stands_row, { ...numbers(row), from: toMinute(timeOf(bins[0])), to: toMinute(timeOf(bins.at(-1) + 1)) }) });
  });
  document.getElementById("see-stands").replaceChildren(
    element("strong", { textContent: words.stands_out }),
    lines.length ? element("ul", {}, ...lines) : element("p", { textContent: words.stands_nothing }),
  );
}
const numbers = (row) => ({ label: row.label, events: count(row.events), calls: row.calls, errors: count(row.errors) });

function changed({ reload = true } = {}) {
  history.replaceState(null, "", `/see?${query()}`);
  if (reload) load();
  else marked();
  document.body.dispatchEvent(new CustomEvent("see:changed"));
}

function choose(range) {
  chosen = range;
  field("since").value = range ? given(timeOf(range[0])) : "";
  field("until").value = range ? given(timeOf(range[1] + 1)) : "";
  changed({ reload: false });
}

function pick(name, value) {
  const select = field(name);
  const next = select.value === value ? "" : value;
  if (![...select.options].some((option) => option.value === next)) select.append(new Option(next, next));
  select.value = next;
  changed();
}

/** Show the time from `first` to `last`, or all of it. */
function look(first, last) {
  const [oldest, newest] = picture.period.map((time) => Date.parse(time));
  const whole = first <= oldest && last >= newest;
  field("from").value = whole ? "" : given(first);
  field("to").value = whole ? "" : given(last);
  field("since").value = field("until").value = "";
  cursor = null;
  changed();
}

function zoom(factor) {
  const middle = cursor ? timeOf(cursor[1]) : (begin() + end()) / 2;
  const half = Math.max(5 * MINUTE, ((end() - begin()) * factor) / 2);
  look(Math.round((middle - half) / MINUTE) * MINUTE, Math.round((middle + half) / MINUTE) * MINUTE);
}

const ACTS = {
  earlier: () => look(begin() - (end() - begin()) / 2, end() - (end() - begin()) / 2),
  later: () => look(begin() + (end() - begin()) / 2, end() + (end() - begin()) / 2),
  zoom_in: () => zoom(0.5),
  zoom_out: () => zoom(2),
  whole: () => look(-Infinity, Infinity),
  selection: () => chosen && look(timeOf(chosen[0]), timeOf(chosen[1] + 1)),
  drop: () => choose(null),
  again: () => changed(),
  more: () => { all = !all; show(); act("more")?.focus(); },
  close: () => drawer.close(),
  clear: () => {
    for (const name of ["principal", "call", "service", "region", "from", "to", "since", "until"]) field(name).value = "";
    field("error").checked = field("own").checked = false;
    changed();
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act], [data-key], [data-pick], [data-order]");
  if (!button) return;
  if (button.dataset.act) ACTS[button.dataset.act]?.();
  else if (button.dataset.pick) pick(button.dataset.pick, button.dataset.value);
  else if (button.dataset.order) { field("order").value = button.dataset.order; changed({ reload: false }); }
  else pick(picture.by, button.dataset.key);
});
form.addEventListener("change", (event) => event.target.id !== "see-local" && changed());
form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
document.getElementById("see-local").addEventListener("change", () => { if (picture) { draw(); tell(); } });

// The pointer: a drag selects a time, a click the row and the bin under it.
let pressed = null;
function binAt(event) {
  const { page, width } = area();
  return Math.min(picture.bins - 1, Math.max(0, Math.floor(((event.clientX - page) / width) * picture.bins)));
}
host.addEventListener("pointerdown", (event) => {
  if (event.button || !event.target.closest(".strip")) return;
  pressed = { bin: binAt(event), x: event.clientX, row: event.target.closest("tr").rowIndex - 2, moved: false };
});
addEventListener("pointermove", (event) => {
  if (!picture) return;
  if (pressed) {
    pressed.moved ||= Math.abs(event.clientX - pressed.x) > 4;
    if (!pressed.moved) return;
    const bin = binAt(event);
    chosen = [Math.min(bin, pressed.bin), Math.max(bin, pressed.bin)];
    marked();
  } else if (event.target.closest?.("#timeline .strip")) {
    hover(event.target.closest("tr").rowIndex - 2, binAt(event), event);
  } else {
    tip.hidden = true;
  }
});
addEventListener("pointerup", (event) => {
  if (!pressed) return;
  const { moved, bin, row } = pressed;
  pressed = null;
  if (moved) return choose(chosen);
  choose(chosen && chosen[0] === bin && chosen[1] === bin ? null : [bin, bin]);
  const key = rows()[row]?.key;
  if (event.target.closest?.(".strip") && key && chosen && field(picture.by).value !== key) pick(picture.by, key);
});
addEventListener("pointercancel", () => { pressed = null; });

function lines(row, bin) {
  const drawn = row < 0 ? { ...total(), label: words.all_events } : rows()[row];
  const cell = drawn.cells.find((found) => found[0] === bin) ?? [bin, 0, 0, 0];
  return [
    drawn.key === null ? fill(words.others, { count: drawn.keys }) : drawn.label,
    `${toMinute(timeOf(bin))} – ${ofDay(timeOf(bin + 1))} ${zoneName()}`,
    fill(words.tip, { events: count(cell[1]), errors: count(cell[2]) }) + (cell[3] ? ` · ${words.tip_burst}` : ""),
  ];
}

function hover(row, bin, event) {
  const outer = host.getBoundingClientRect();
  tip.replaceChildren(...lines(row, bin).map((line) => element("div", { textContent: line })));
  tip.hidden = false;
  const x = Math.min(event.clientX - outer.left + 14, outer.width - tip.offsetWidth - 4);
  Object.assign(tip.style, { left: `${Math.max(0, x)}px`, top: `${event.clientY - outer.top + 18}px` });
}

// The keyboard does the same, with a cursor.
host.addEventListener("keydown", (event) => {
  if (!picture?.rows.length || event.target !== host || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    ArrowLeft: () => step(0, -1, event.shiftKey), ArrowRight: () => step(0, 1, event.shiftKey),
    ArrowUp: () => step(-1, 0), ArrowDown: () => step(1, 0),
    Enter: () => (chosen ? ACTS.selection() : cursor && choose([cursor[1], cursor[1]])),
    Escape: () => { cursor = null; choose(null); },
    "+": () => zoom(0.5), "-": () => zoom(2),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

let anchor = null;
function step(down, right, selecting = false) {
  const from = cursor ?? [-1, right < 0 ? picture.bins : -1];
  anchor = selecting ? anchor ?? Math.max(0, Math.min(picture.bins - 1, from[1])) : null;
  cursor = [
    Math.min(rows().length - 1, Math.max(-1, from[0] + down)),
    Math.min(picture.bins - 1, Math.max(0, from[1] + right)),
  ];
  if (selecting) choose([Math.min(anchor, cursor[1]), Math.max(anchor, cursor[1])]);
  else marked();
  document.getElementById("see-cursor").textContent = lines(...cursor).join(", ");
}

list.addEventListener("click", (event) => event.target.closest(".pager button") && list.closest("section").scrollIntoView());

// The drawer with one record.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "see-event") return;
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
  showTimes();
});
drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());

// What is new: looked for now and then, and never under somebody's hands.
const fresh = document.getElementById("see-fresh");
let looked = Date.now();
let waiting = false;
document.body.addEventListener("lab:events", () => {
  if (waiting) return;
  waiting = true;
  setTimeout(lookAgain, Math.max(0, looked + CALM - Date.now()));
});
setInterval(() => document.hidden || document.body.dispatchEvent(new CustomEvent("lab:events")), OFTEN);
async function lookAgain() {
  waiting = false;
  looked = Date.now();
  if (pressed || drawer.open || document.hidden) return; // it is looked again soon
  if (!(await load({ news: true }))) return;
  const reading = list.contains(document.activeElement) || Number(list.querySelector("[data-page]")?.dataset.page ?? 1) > 1;
  if (reading) fresh.hidden = false;
  else document.body.dispatchEvent(new CustomEvent("see:changed"));
}
fresh.addEventListener("click", () => { fresh.hidden = true; changed(); document.getElementById("see-list").focus(); });

document.body.addEventListener("lab:theme", () => picture && draw());
new ResizeObserver(() => picture && draw()).observe(host);

/** What one may choose from. */
async function values() {
  const answer = await fetch("/api/timeline/values").catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  for (const select of form.querySelectorAll("[data-choice]")) {
    for (const { key, label, detail, events } of found[select.name] ?? []) {
      const option = [...select.options].find((had) => had.value === key) ?? new Option("", key);
      option.textContent = `${label}${detail ? ` (${detail})` : ""} · ${count(events)}`;
      select.append(option);
    }
  }
}
await load();
await values();
