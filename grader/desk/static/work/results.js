// What a query found: rows as they come, as a grid or a chart, and what can be done with a cell.
import { notice } from "../desk.js";
import { inputKind, fieldOf, sources, useRows, useValue, useValues } from "./answer.js";
import { rowsIn } from "./history.js";
import { asCsv, asFields, asJson, isNull } from "./values.js";
import { showWhole } from "./whole.js";
import { count, say } from "./words.js";

const part = (id) => document.getElementById(id);
const CUT = { rows: "cut_rows", bytes: "cut_bytes" };
const PARTS = ["results-empty", "results-wait", "results-trouble", "grid", "chart"];

export class Results {
  /** @param {{visit: () => void, show: (tab: string) => void}} page */
  constructor(page) {
    this.page = page;
    this.rows = [];
    this.columns = [];
    part("as-table").addEventListener("click", () => this.#as("table"));
    part("as-chart").addEventListener("click", () => this.#as("chart"));
    part("csv").addEventListener("click", () => this.#download());
    part("use-value").addEventListener("click", () => this.#use(() => useValue(this.cell.value)));
    part("use-column").addEventListener("click", () => this.#use(() => useValues(this.#shown().map((row) => row[this.cell.place]))));
    part("use-rows").addEventListener("click", () => this.#use(() => useRows(this.#asEntries())));
    part("cell-whole").addEventListener("click", () => this.#whole());
    part("cell-copy").addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.cell.value ?? "");
      notice(say("copied"), "pass");
    });
  }

  /** A query was sent. */
  begin() {
    this.rows = [];
    this.columns = [];
    this.cell = this.grid = this.opened = this.told = null;
    part("cell").hidden = part("results-tools").hidden = part("results-cut").hidden = true;
    part("results-count").textContent = "";
    part("results-wait-text").textContent = say("asking");
    this.#only("results-wait");
  }

  /** It still runs. */
  waiting(seconds) {
    part("results-wait-text").textContent = `${say("asking")} ${say("seconds", { seconds: Math.round(seconds) })}`;
  }

  /** Rows came. The first are shown at once. */
  async add(rows) {
    for (const row of rows) this.rows.push(row);
    part("results-count").textContent = say("so_far", { rows: count(this.rows.length) });
    part("results-badge").textContent = count(this.rows.length);
    if (this.grid === null) await this.#open([...this.rows]);
  }

  /** All rows have come. */
  async end({ rows, seconds, cut }) {
    this.told = rowsIn(rows, seconds);
    part("results-count").textContent = this.told;
    part("results-badge").textContent = count(rows);
    if (!rows) return this.#none();
    this.opened = await this.grid;
    if (this.rows.length > this.held) await this.opened.all(this.rows);
    part("results-cut").hidden = !cut;
    if (cut) part("results-cut").textContent = say(CUT[cut], { rows: count(rows) });
    const { fits } = await import("./chart.js");
    this.fit = fits(this.columns, this.rows);
    part("as-chart").disabled = !this.fit;
    part("results-tools").hidden = false;
    return undefined;
  }

  /** There is no result, or not all of it. */
  trouble({ sentence, detail, line, column }) {
    const told = [Object.assign(document.createElement("p"), { textContent: sentence })];
    if (detail) told.push(Object.assign(document.createElement("p"), { textContent: detail, className: "mono small" }));
    if (line) {
      const go = Object.assign(document.createElement("button"), { type: "button", textContent: say("place", { line, column }) });
      go.addEventListener("click", () => this.page.visit());
      told.push(go);
    }
    part("results-trouble").replaceChildren(...told);
    part("results-count").textContent = "";
    this.#only("results-trouble");
    part("cell").hidden = part("results-tools").hidden = true;
  }

  async #open(rows) {
    this.held = rows.length;
    this.grid = Promise.all([import("./grid.js"), styles()]).then(([{ Grid }]) => {
      this.#only("grid");
      return new Grid(part("grid"), {
        columns: this.columns,
        rows,
        chosen: (cell) => this.#choose(cell),
        acts: () => [...part("cell-acts").children].find((act) => !act.hidden).focus(),
        filtered: (shown) => this.#filtered(shown),
      });
    });
    await this.grid;
  }

  #none() {
    const empty = part("results-empty");
    empty.querySelector(".empty-title").textContent = say("none_title");
    empty.querySelector("p:last-child").textContent = say("none_text");
    this.#only("results-empty");
  }

  #only(id) {
    for (const other of PARTS) part(other).hidden = other !== id;
    if (id !== "chart") part("chart-note").hidden = true;
    part("as-table").setAttribute("aria-pressed", String(id !== "chart"));
    part("as-chart").setAttribute("aria-pressed", String(id === "chart"));
  }

  async #as(kind) {
    this.#only(kind === "chart" ? "chart" : "grid");
    part("cell").hidden = kind === "chart" || !this.cell;
    if (kind !== "chart") return;
    const { Chart } = await import("./chart.js");
    this.chart ??= new Chart(part("chart"));
    await this.chart.show(this.columns, this.#shown(), this.fit);
  }

  #filtered(shown) {
    if (!this.told) return;
    const all = shown === this.rows.length;
    part("results-count").textContent = all ? this.told : say("shown", { shown: count(shown), rows: count(this.rows.length) });
  }

  #choose(cell) {
    this.cell = cell;
    const kind = inputKind();
    const long = (cell.value ?? "").length > 60 || asFields(cell.value) || asJson(cell.value);
    part("cell-name").textContent = cell.column;
    part("cell-text").textContent = isNull(cell.value) ? say("null") : cell.value;
    part("use-value").hidden = !["text", "list"].includes(kind) || isNull(cell.value);
    part("use-column").hidden = kind !== "list";
    part("use-rows").hidden = kind !== "table" || !this.#asEntries();
    part("cell-whole").hidden = !long;
    const event = this.columns.findIndex((name) => name.toLowerCase() === "eventid");
    part("cell-event").hidden = event < 0 || isNull(cell.row[event]);
    if (event >= 0) part("cell-event").href = `/see/event/${encodeURIComponent(cell.row[event])}`;
    part("cell").hidden = !part("chart").hidden;
  }

  /** Another task may take another kind of answer. */
  again() {
    if (this.cell) this.#choose(this.cell);
  }

  #shown() {
    return this.opened?.rows ?? this.rows;
  }

  /** The rows as entries of the task's table; null where a column for them is missing. */
  #asEntries() {
    const places = sources().map((name) => this.columns.findIndex((column) => column.toLowerCase() === name));
    return places.length && places.every((place) => place >= 0) ? this.#shown().map((row) => places.map((place) => row[place])) : null;
  }

  #use(fill) {
    this.page.show("task");
    fill();
  }

  #whole() {
    const { place, column, value } = this.cell;
    const kind = inputKind();
    showWhole({
      column,
      value: value ?? "",
      use: ["text", "list"].includes(kind) ? (chosen) => this.#use(() => useValue(chosen)) : undefined,
      useEach: kind === "list" ? (name) => this.#use(() => useValues(this.#shown().map((row) => fieldOf(row[place], name)))) : undefined,
    });
  }

  #download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", asCsv([this.columns, ...this.#shown()])], { type: "text/csv" }));
    link.download = "results.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

let loaded = null;
const styles = () => (loaded ??= new Promise((resolve) => {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("../vendor/grid.css", import.meta.url) });
  link.addEventListener("load", resolve);
  document.querySelector('link[href$="desk.css"]').before(link); // the page's own looks come after it
}));
