// What a value of the event data store is: a number, a time, JSON, or a map as Lake writes it.

const NUMBER = /^-?(0|[1-9]\d{0,10})(\.\d+)?$/; // at most eleven digits: the twelve of an account id are a name
const TIME = /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(UTC|Z))?)?$/;

/** Lake writes NULL as an empty text. */
export const isNull = (value) => value === null || value === "";
export const isNumber = (value) => NUMBER.test(value);
export const isTime = (value) => TIME.test(value);

/** What all values that there are have in common: "number", "time" or "text". */
export function kindOf(values) {
  const held = values.filter((value) => !isNull(value));
  if (held.length && held.every(isNumber)) return "number";
  return held.length && held.every(isTime) ? "time" : "text";
}

/** The JSON that a text holds, undefined where it holds none. */
export function asJson(value) {
  if (!/^\s*[[{]/.test(value ?? "")) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The fields of a map or a row as Lake writes them, `{bucketName=b, key=a, b.csv}`: pairs, or undefined. */
export function asFields(value) {
  if (!/^\{[A-Za-z][^\s={}]*=.*\}$/s.test(value ?? "")) return undefined;
  const pieces = [];
  let depth = 0;
  let from = 1;
  const end = value.length - 1;
  for (let at = 1; at < end; at += 1) {
    if ("{[".includes(value[at])) depth += 1;
    else if ("}]".includes(value[at])) depth -= 1;
    else if (depth === 0 && value.startsWith(", ", at) && /^, [A-Za-z][^\s={},]*=/.test(value.slice(at, at + 120))) {
      pieces.push(value.slice(from, at));
      from = at + 2;
    }
  }
  pieces.push(value.slice(from, end));
  return pieces.map((piece) => [piece.slice(0, piece.indexOf("=")), piece.slice(piece.indexOf("=") + 1)]);
}

/** Tab-separated lines, as spreadsheets paste them. */
export const asTsv = (rows) => rows.map((row) => row.map((cell) => (cell ?? "").replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n");

/** CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front. */
export function asCsv(rows) {
  const cell = (value) => {
    const text = value ?? "";
    const safe = /^[=+\-@\t\r]/.test(text) && !isNumber(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}
