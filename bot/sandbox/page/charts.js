// data_visualization as inline SVG. The numbers stand beside it in a table too: a colour alone tells nobody anything.
import { el, svg } from "./dom.js";

// On a phone the drawing itself is narrower, so that its words stay as large as the page's.
const width = () => (matchMedia("(max-width: 760px)").matches ? 330 : 520);
const LABEL = 64; // room for one word under the axis
const HIGH = 220;
const EDGE = { left: 52, right: 12, top: 12, bottom: 42 };
const colour = (index) => `var(--chart-${(index % 8) + 1})`;

const short = (value, digits = 1) =>
  new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: digits }).format(value);
const exact = (value) => new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 }).format(value);

// Round steps, four or five of them, and always with zero on the axis: a cut axis exaggerates.
function ticks(lowest, highest) {
  const [low, high] = [Math.min(0, lowest), Math.max(0, highest) || 1];
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const found = [];
  for (let at = Math.floor(low / step) * step; at < high + step * 0.999; at += step) found.push(Math.round(at * 1e9) / 1e9);
  return found;
}

// As many digits as the steps need: 0.25 must not read 0.3.
const labels = (marks) => {
  const digits = [1, 2, 3].find((count) => marks.every((one) => {
    const shown = one / 1000 ** Math.max(0, Math.floor(Math.log10(Math.abs(one) || 1) / 3));
    return Math.abs(shown - Number(shown.toFixed(count))) < 1e-9;
  })) || 3;
  return marks.map((one) => short(one, digits));
};

const legend = (names) =>
  el("ul", { class: "legend" }, names.map((name, index) =>
    el("li", {}, el("span", { class: "swatch", style: { background: colour(index) }, "aria-hidden": "true" }), name)));

function pie(chart) {
  const slices = chart.segments || [];
  const total = slices.reduce((sum, one) => sum + one.value, 0) || 1;
  let turn = -Math.PI / 2;
  const at = (angle, radius) => `${110 + Math.cos(angle) * radius} ${110 + Math.sin(angle) * radius}`;
  const shapes = slices.map((one, index) => {
    const from = turn;
    const sweep = (one.value / total) * Math.PI * 2;
    turn += Math.min(sweep, Math.PI * 1.9999);
    const big = sweep > Math.PI ? 1 : 0;
    const path = `M${at(from, 100)}A100 100 0 ${big} 1 ${at(turn, 100)}L${at(turn, 58)}A58 58 0 ${big} 0 ${at(from, 58)}Z`;
    return svg("path", { d: path, fill: colour(index), class: "slice" }, svg("title", {}, `${one.label}: ${exact(one.value)}`));
  });
  const share = (one) => `${one.label}: ${exact(one.value)} · ${Math.round((one.value / total) * 100)}%`;
  return [
    svg("svg", { viewBox: "0 0 220 220", class: "pie", role: "img", "aria-label": slices.map(share).join(", ") }, shapes,
      svg("text", { x: 110, y: 108, class: "pie-total", "text-anchor": "middle" }, short(total)),
      svg("text", { x: 110, y: 128, class: "pie-words", "text-anchor": "middle" }, "in all")),
    legend(slices.map(share)),
  ];
}

function frame(chart) {
  const categories = chart.axis_config?.categories || chart.series[0].data.map((one) => one.label);
  const series = chart.series.map((one) => ({
    name: one.name,
    points: categories.map((label) => one.data.find((point) => point.label === label)?.value ?? null),
  }));
  const all = series.flatMap((one) => one.points).filter((value) => value !== null);
  const marks = ticks(Math.min(...all, 0), Math.max(...all, 0));
  const [low, high] = [marks[0], marks[marks.length - 1]];
  const wide = width();
  const room = { x: wide - EDGE.left - EDGE.right, y: HIGH - EDGE.top - EDGE.bottom };
  return {
    wide, categories, series, marks,
    slot: room.x / categories.length,
    x: (index) => EDGE.left + (room.x / categories.length) * (index + 0.5),
    y: (value) => EDGE.top + room.y * (1 - (value - low) / (high - low)),
  };
}

function axes(chart, { wide, categories, marks, x, y }) {
  const every = Math.ceil(categories.length / Math.floor(wide / LABEL));
  const { x_label: below, y_label: beside } = chart.axis_config || {};
  const said = labels(marks);
  return [
    marks.map((value, index) => [
      svg("line", { x1: EDGE.left, x2: wide - EDGE.right, y1: y(value), y2: y(value), class: value === 0 ? "axis" : "grid" }),
      svg("text", { x: EDGE.left - 8, y: y(value) + 4, class: "tick-words", "text-anchor": "end" }, said[index]),
    ]),
    categories.map((label, index) => index % every === 0 &&
      svg("text", { x: x(index), y: HIGH - EDGE.bottom + 17, class: "tick-words", "text-anchor": "middle" }, label)),
    below && svg("text", { x: (wide + EDGE.left) / 2, y: HIGH - 6, class: "axis-words", "text-anchor": "middle" }, below),
    beside && svg("text", { x: 0, y: 0, transform: `translate(11 ${(HIGH - EDGE.bottom) / 2}) rotate(-90)`, class: "axis-words",
      "text-anchor": "middle" }, beside),
  ];
}

const title = (name, label, value) => svg("title", {}, `${name}, ${label}: ${exact(value)}`);

function bars({ categories, series, slot, x, y }) {
  const width = Math.min(34, (slot * 0.72) / series.length);
  return series.map((one, place) => one.points.map((value, index) => {
    if (value === null) return null;
    const left = x(index) + (place - series.length / 2) * width;
    return svg("rect", { x: left + 1, width: Math.max(1, width - 2), y: Math.min(y(value), y(0)), rx: 2,
      height: value && Math.max(1, Math.abs(y(value) - y(0))), fill: colour(place) }, title(one.name, categories[index], value));
  }));
}

// A missing point breaks the line: it is not a zero.
function runs(points) {
  const found = [[]];
  points.forEach((value, index) => (value === null ? found.push([]) : found[found.length - 1].push([index, value])));
  return found.filter((run) => run.length);
}

function lines(chart, { categories, series, x, y }) {
  const path = (run) => run.map(([index, value], step) => `${step ? "L" : "M"}${x(index)} ${y(value)}`).join("");
  return series.map((one, place) => [
    runs(one.points).map((run) => [
      chart.type === "area" && svg("path", { d: `${path(run)}L${x(run[run.length - 1][0])} ${y(0)}L${x(run[0][0])} ${y(0)}Z`,
        fill: colour(place), opacity: 0.18 }),
      svg("path", { d: path(run), fill: "none", stroke: colour(place), "stroke-width": 2.2, "stroke-linejoin": "round" }),
    ]),
    one.points.map((value, index) => value !== null &&
      svg("circle", { cx: x(index), cy: y(value), r: 3, fill: colour(place) }, title(one.name, categories[index], value))),
  ]);
}

function plot(chart) {
  const shape = frame(chart);
  const said = shape.series.map((one) => `${one.name}: ${one.points.map((v, i) => `${shape.categories[i]} ${v ?? "no data"}`).join(", ")}`);
  return [
    svg("svg", { viewBox: `0 0 ${shape.wide} ${HIGH}`, class: "plot", preserveAspectRatio: "xMinYMid", role: "img", "aria-label": said.join("; ") },
      axes(chart, shape), chart.type === "bar" ? bars(shape) : lines(chart, shape)),
    legend(shape.series.map((one) => one.name)),
    numbers(shape),
  ];
}

const numbers = ({ categories, series }) =>
  el("details", { class: "numbers" }, el("summary", {}, "Show the numbers"),
    el("div", { class: "table-frame" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", {}), series.map((one) => el("th", { scope: "col", class: "to-right" }, one.name)))),
      el("tbody", {}, categories.map((label, index) => el("tr", {}, el("th", { scope: "row" }, label),
        series.map((one) => el("td", { class: "to-right" }, one.points[index] === null ? "–" : exact(one.points[index])))))))));

export function visualization(block) {
  const chart = block.chart || {};
  const empty = chart.type === "pie" ? !chart.segments?.length : !chart.series?.length;
  const drawing = empty ? el("p", { class: "faint" }, "No data.") : chart.type === "pie" ? pie(chart) : plot(chart);
  return el("figure", { class: `chart chart-${chart.type}` }, el("figcaption", {}, block.title), drawing);
}
