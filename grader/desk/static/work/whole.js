// A dialog with one whole value: the fields of a map, or JSON pretty-printed, and the value as it is.
import { asFields, asJson } from "./values.js";
import { say } from "./words.js";

const dialog = document.getElementById("whole");

const made = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });

function act(label, told, done) {
  const button = made("button", label);
  button.type = "button";
  button.setAttribute("aria-label", `${label}: ${told}`);
  button.addEventListener("click", () => {
    dialog.close();
    done();
  });
  return button;
}

/**
 * Show a value.
 * @param {{column: string, value: string, use?: (value: string) => void, useEach?: (field: string) => void}} of
 */
export function showWhole({ column, value, use, useEach }) {
  document.getElementById("whole-title").textContent = column;
  const body = document.getElementById("whole-body");
  const fields = asFields(value);
  const json = asJson(value);
  const parts = [];
  if (fields) parts.push(table(fields, use, useEach), made("h3", say("raw")));
  parts.push(made("pre", json === undefined ? value : JSON.stringify(json, null, 2)));
  body.replaceChildren(...parts);
  dialog.showModal();
  body.scrollTop = 0;
}

function table(fields, use, useEach) {
  const held = made("table", "", "table");
  const head = held.createTHead().insertRow();
  for (const name of [say("field"), say("value")]) head.append(Object.assign(made("th", name), { scope: "col" }));
  if (use) head.insertCell();
  const body = held.createTBody();
  for (const [name, value] of fields) {
    const row = body.insertRow();
    row.append(Object.assign(made("th", name), { scope: "row" }), made("td", value, "mono"));
    if (!use) continue;
    const acts = made("div", "", "row");
    acts.append(act(say("use"), name, () => use(value)));
    if (useEach) acts.append(act(say("use_each"), name, () => useEach(name)));
    row.insertCell().append(acts);
  }
  return held;
}
