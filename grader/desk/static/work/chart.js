// A quick picture of a result: bars for names with a number, a line for times with one.
import { kindOf } from "./values.js";
import { count, say } from "./words.js";

const MOST_BARS = 30;
const MOST_POINTS = 5000;

/** Which columns a chart would be of: `{kind, label, value}`, the last two as places; null where none fits. */
export function fits(columns, rows) {
  if (rows.length < 2) return null;
  const kinds = columns.map((_, place) => kindOf(rows.slice(0, 1000).map((row) => row[place])));
  const value = kinds.lastIndexOf("number");
  const time = kinds.indexOf("time");
  if (value < 0) return null;
  if (time >= 0) return { kind: "line", label: [time], value };
  const names = kinds.flatMap((kind, place) => (kind === "text" ? [place] : []));
  const telling = names.filter((place) => new Set(rows.map((row) => row[place])).size > 1);
  return telling.length ? { kind: "bar", label: telling, value } : null;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export class Chart {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    document.body.addEventListener("lab:theme", () => this.#draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    new ResizeObserver(() => this.host.hidden || this.drawn?.resize()).observe(host);
  }

  /** Draw rows as `fits` says. */
  async show(columns, rows, fit) {
    this.of = { columns, rows, fit };
    this.echarts ??= (await import("../vendor/chart.js")).echarts;
    this.#draw();
  }

  #draw() {
    if (!this.of || this.host.hidden) return;
    this.drawn?.dispose();
    this.drawn = this.echarts.init(this.host, null, { renderer: "canvas" });
    const { columns, rows, fit } = this.of;
    const title = say("chart", { value: columns[fit.value], label: fit.label.map((place) => columns[place]).join(", ") });
    const name = (row) => fit.label.map((place) => row[place] || say("null")).join("  ·  ");
    this.drawn.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      aria: { enabled: true, label: { description: title } },
      textStyle: { color: colour("ink"), fontFamily: "inherit" },
      tooltip: {
        renderMode: "richText", trigger: "axis", axisPointer: { type: "shadow" },
        backgroundColor: colour("paper"), borderColor: colour("line"), textStyle: { color: colour("ink") },
      },
      color: [colour("accent")],
      ...(fit.kind === "bar" ? bars(rows, fit, name) : line(rows, fit)),
    });
    const note = document.getElementById("chart-note");
    note.hidden = fit.kind !== "bar" || rows.length <= MOST_BARS;
    note.textContent = say("others", { count: MOST_BARS });
    this.host.setAttribute("role", "img");
    this.host.setAttribute("aria-label", title);
  }
}

const axis = () => ({
  axisLabel: { color: colour("quiet"), hideOverlap: true },
  axisLine: { lineStyle: { color: colour("line") } },
  splitLine: { lineStyle: { color: colour("line") } },
});

function bars(rows, fit, name) {
  const top = rows.slice(0, MOST_BARS).reverse();
  return {
    grid: { left: 12, right: 60, top: 12, bottom: 12, containLabel: true },
    xAxis: { type: "value", ...axis() },
    yAxis: {
      type: "category",
      data: top.map(name),
      ...axis(),
      axisTick: { show: false },
      axisLabel: { color: colour("ink"), width: 260, overflow: "truncate", interval: 0 },
    },
    series: [{
      type: "bar",
      data: top.map((row) => Number(row[fit.value])),
      barMaxWidth: 22,
      itemStyle: { borderRadius: [0, 4, 4, 0] },
      label: { show: true, position: "right", color: colour("ink"), formatter: ({ value }) => count(value) },
    }],
  };
}

function line(rows, fit) {
  const points = rows
    .slice(0, MOST_POINTS)
    .map((row) => [Date.parse(`${row[fit.label[0]].replace(/ ?(UTC|Z)$/, "").replace(" ", "T")}Z`), Number(row[fit.value])])
    .sort(([one], [other]) => one - other);
  return {
    useUTC: true,
    grid: { left: 12, right: 24, top: 24, bottom: 12, containLabel: true },
    xAxis: { type: "time", ...axis() },
    yAxis: { type: "value", ...axis() },
    series: [{ type: "line", data: points, showSymbol: points.length < 100, symbolSize: 7, lineStyle: { width: 2 } }],
  };
}
