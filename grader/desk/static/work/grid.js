// The rows that a query found, as a grid that stays quick with a hundred thousand of them.
import { Tabulator } from "../vendor/grid.js";
import { asTsv, isNull, kindOf } from "./values.js";
import { say } from "./words.js";

const SAMPLE = 1000; // rows that tell what a column holds
const LONGEST = 400; // characters of a value that a cell shows

export class Grid {
  /**
   * @param {HTMLElement} host
   * @param {{columns: string[], rows: string[][], chosen: (cell: object) => void, acts: () => void, filtered: (shown: number) => void}} options
   */
  constructor(host, { columns, rows, chosen, acts, filtered }) {
    this.columns = columns;
    this.chosen = chosen;
    this.kinds = columns.map((_, place) => kindOf(rows.slice(0, SAMPLE).map((row) => row[place])));
    const element = document.createElement("div");
    element.className = "grid";
    element.id = "grid";
    host.replaceWith(element);
    this.table = new Tabulator(element, {
      data: rows,
      columns: columns.map((name, place) => this.#column(name, place)),
      height: "100%",
      layout: "fitDataStretch",
      maxHeight: "100%",
      columnDefaults: { maxInitialWidth: 380, minWidth: 90 },
      rowHeight: 32,
      selectableRange: 1,
      selectableRangeAutoFocus: false,
      sortMode: "local",
      index: null,
    });
    this.ready = new Promise((resolve) => this.table.on("tableBuilt", resolve));
    this.table.on("rangeChanged", () => this.#choose());
    this.table.on("cellClick", () => this.#choose());
    this.table.on("dataFiltered", (_, found) => filtered(found.length));
    this.table.on("tableBuilt", () => this.#name(element));
    this.#listen(element, acts);
  }

  /** All rows in place of those that came first. */
  async all(rows) {
    await this.ready;
    await this.table.replaceData(rows);
  }

  /** The rows that the filters let through, in the order that is shown. */
  get rows() {
    return this.table.getData("active");
  }

  #column(name, place) {
    const number = this.kinds[place] === "number";
    return {
      title: name,
      field: String(place),
      titleFormatter: () => document.createTextNode(name), // Tabulator takes texts for HTML
      formatter: (cell) => shown(cell.getValue()),
      sorter: number ? "number" : "string",
      sorterParams: { alignEmptyValues: "bottom" },
      headerSortStartingDir: number ? "desc" : "asc",
      hozAlign: number ? "right" : "left",
      headerFilter: "input",
      headerFilterPlaceholder: say("filter"),
      headerFilterParams: { elementAttributes: { "aria-label": say("filter_by", { column: name }), id: `filter-${place}` } },
      headerTooltip: false,
      tooltip: false,
    };
  }

  #choose() {
    const cells = this.table.getRanges()[0]?.getCells().flat() ?? [];
    if (!cells.length) return;
    const [cell] = cells;
    const place = Number(cell.getField());
    this.chosen({ place, column: this.columns[place], value: cell.getValue(), row: cell.getRow().getData() });
  }

  /** For those who hear the page. */
  #name(element) {
    element.setAttribute("aria-label", say("grid"));
    element.removeAttribute("aria-owns");
    element.querySelector(".tabulator-tableholder").setAttribute("role", "rowgroup"); // it takes the focus, so it has to be something
    element.querySelector(".tabulator-table").setAttribute("role", "presentation");
  }

  #listen(element, acts) {
    element.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter" || event.target.closest(".tabulator-header")) return;
        event.preventDefault();
        event.stopPropagation();
        this.#choose();
        acts();
      },
      true,
    );
    element.addEventListener("copy", (event) => {
      if (event.target.closest?.("input")) return;
      const rows = this.table.getRanges()[0]?.getStructuredCells() ?? [];
      event.clipboardData.setData("text/plain", asTsv(rows.map((cells) => cells.map((cell) => cell.getValue()))));
      event.preventDefault();
    });
  }
}

function shown(value) {
  if (isNull(value)) {
    const none = document.createElement("span");
    none.className = "null";
    none.textContent = say("null");
    none.title = say("null_title");
    return none;
  }
  return document.createTextNode(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
}
