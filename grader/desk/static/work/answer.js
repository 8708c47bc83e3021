// The answer form: remarks while it is typed, rows that come and go, and filling it from the results.
import { asFields } from "./values.js";
import { say } from "./words.js";

const MOST = { text: 256, list: 1200, table: 128 }; // characters of an entry, as the sheet's schema has it

const card = () => document.getElementById("answer");
const form = () => document.getElementById("answer-form");
const field = () => document.getElementById("answer-field");
const rowsOf = () => [...document.querySelectorAll("#answer-rows tbody tr")];
const inputs = (row) => [...row.querySelectorAll("input")];

/** How the task at hand is answered: "text", "list", "table", "choices", or "" where there is nothing to enter. */
export const inputKind = () => card()?.dataset.input ?? "";

/** Whether something was typed that nobody handed in. */
export const unsent = () => Boolean(form()?.dataset.unsent);

/** The columns of the store that the task's table is made of, in its order. */
export const sources = () => document.getElementById("answer-rows")?.dataset.columns.split(" ") ?? [];

/** Fill a value in: in place of the text, or as one more entry of the list. */
export function useValue(value) {
  if (inputKind() === "text") {
    const { pattern } = form().dataset;
    field().value = (pattern && !pattern.startsWith("^") && new RegExp(pattern, "iu").exec(value)?.[0]) || value;
  } else {
    field().value = [...new Set([...entries(field().value), value])].join("\n");
  }
  filled(field());
}

/** Fill a whole list in, each value once. */
export function useValues(values) {
  field().value = [...new Set(values.filter(Boolean))].join("\n");
  filled(field());
}

/** Fill the table in: rows of texts in the order of `sources`, each once. */
export function useRows(rows) {
  const each = [...new Map(rows.map((row) => [row.join("\n"), row])).values()];
  for (const row of rowsOf().slice(1)) row.remove();
  for (const input of inputs(rowsOf()[0])) input.value = "";
  putRows(rowsOf()[0], each);
  filled(inputs(rowsOf()[0])[0]);
}

function filled(where) {
  where.dispatchEvent(new Event("input", { bubbles: true }));
  where.focus();
}

const entries = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** A remark on what stands in the form; `off` where it could hardly be an answer. */
function remark() {
  const kind = inputKind();
  const how = document.getElementById("answer-how").textContent;
  if (kind === "table") return tableRemark();
  if (kind === "choices") return { sentence: "", off: false };
  const { pattern } = form().dataset;
  const given = entries(field().value);
  const strange = pattern ? given.findIndex((entry) => !new RegExp(pattern, "iu").test(entry)) : -1;
  const long = given.findIndex((entry) => entry.length > MOST[kind]);
  const at = (number, sentence) => (kind === "list" ? `${say("entry", { number: number + 1 })}: ${sentence}` : sentence);
  if (long >= 0) return { sentence: at(long, say("too_long", { most: MOST[kind] })), off: true };
  if (strange >= 0) return { sentence: at(strange, how), off: true };
  if (kind === "text") return { sentence: "", off: false };
  const twice = given.find((entry, place) => given.indexOf(entry) !== place);
  const total = given.length ? say("entries", { count: given.length }) : "";
  return { sentence: twice ? `${total}; ${say("twice", { entry: twice })}` : total, off: Boolean(twice) };
}

function tableRemark() {
  const cells = rowsOf().map((row) => inputs(row).map((input) => input.value.trim()));
  const partial = cells.findIndex((row) => row.some(Boolean) && !row.every(Boolean));
  const total = cells.filter((row) => row.every(Boolean)).length;
  if (partial >= 0) return { sentence: say("incomplete", { number: partial + 1 }), off: true };
  return { sentence: total ? say("entries", { count: total }) : "", off: false };
}

function check() {
  const line = document.getElementById("answer-check");
  const { sentence, off } = remark();
  line.textContent = sentence;
  line.classList.toggle("off", off);
}

function addRow() {
  const last = rowsOf().at(-1);
  const row = last.cloneNode(true);
  for (const input of inputs(row)) {
    input.value = "";
    input.removeAttribute("aria-invalid");
  }
  last.after(row);
  number();
  return row;
}

function number() {
  rowsOf().forEach((row, place) => {
    for (const labelled of row.querySelectorAll("[aria-label]")) {
      labelled.setAttribute("aria-label", labelled.getAttribute("aria-label").replace(/\d+$/, place + 1));
    }
  });
}

/** Put rows in from `first` on, with as many more as that takes. */
function putRows(first, rows) {
  let row = first;
  rows.forEach((cells, place) => {
    if (place) row = row.nextElementSibling ?? addRow();
    inputs(row).forEach((input, column) => (input.value = cells[column] ?? input.value));
  });
  if (inputs(rowsOf().at(-1)).some((input) => input.value)) addRow();
}

document.body.addEventListener("input", (event) => {
  if (!event.target.closest("#answer-form")) return;
  form().dataset.unsent = "yes";
  const row = event.target.closest("#answer-rows tr");
  if (row && row === rowsOf().at(-1) && event.target.value) addRow();
  check();
});

document.body.addEventListener("click", (event) => {
  if (event.target.closest("#add-row")) inputs(addRow())[0].focus();
  const removing = event.target.closest("[data-remove]")?.closest("tr");
  if (!removing) return;
  if (rowsOf().length === 1) addRow();
  const next = removing.nextElementSibling ?? removing.previousElementSibling;
  removing.remove();
  number();
  next.querySelector("[data-remove]").focus();
  form().dataset.unsent = "yes";
  check();
});

document.body.addEventListener("paste", (event) => {
  const row = event.target.closest("#answer-rows tr");
  const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
  if (!row || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  putRows(row, text.split("\n").map((line) => line.split("\t").map((cell) => cell.trim())));
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

/** A field of a map, by name; for filling in that of every row. */
export const fieldOf = (value, name) => asFields(value)?.find(([held]) => held === name)?.[1];
