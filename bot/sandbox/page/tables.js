// table and data_table: the second one can be sorted, and is shown a page at a time.
import { el, replace } from "./dom.js";
import { words } from "./mrkdwn.js";
import { richText } from "./richtext.js";

function cellNode(cell) {
  if (!cell) return "";
  if (cell.type === "rich_text") return richText(cell);
  if (cell.type === "raw_number") return cell.text ?? Number(cell.value).toLocaleString("en-GB");
  return words(cell.text ?? "");
}

const textOf = (cell) => (cell?.type === "raw_number" ? Number(cell.value) : cell?.text ?? el("i", {}, cellNode(cell)).textContent);

function compare(a, b) {
  const [one, other] = [textOf(a), textOf(b)];
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "en", { numeric: true });
}

export function table(block) {
  const [head = [], ...rows] = block.rows || [];
  const settings = block.column_settings || [];
  const classOf = (index) => [settings[index]?.align && `to-${settings[index].align}`, settings[index]?.is_wrapped && "wrapped"]
    .filter(Boolean).join(" ") || null;
  return el("div", { class: "table-frame" },
    el("table", {},
      el("thead", {}, el("tr", {}, head.map((cell, index) => el("th", { scope: "col", class: classOf(index) }, cellNode(cell))))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, index) => el("td", { class: classOf(index) }, cellNode(cell)))))),
    ),
  );
}

export function dataTable(block, drawCell = cellNode) {
  const [head = [], ...rows] = block.rows || [];
  const size = block.page_size || 5;
  const leading = block.row_header_column_index || 0;
  const numeric = head.map((_, index) => rows.length > 0 && rows.every((row) => row[index]?.type === "raw_number"));
  const side = (index) => (numeric[index] ? "to-right" : null);
  let page = 0;
  let by = null;
  let down = false;

  const draw = (cell) => (["raw_text", "raw_number", "rich_text"].includes(cell?.type) ? cellNode(cell) : drawCell(cell));
  const header = el("tr");
  const body = el("tbody");
  const foot = el("div", { class: "table-foot" });

  function sortBy(index) {
    [by, down, page] = [index, by === index ? !down : false, 0];
    show();
  }

  function turn(step) {
    page += step;
    show();
  }

  function show() {
    const sorted = by === null ? rows : [...rows].sort((a, b) => compare(a[by], b[by]) * (down ? -1 : 1));
    replace(header, head.map((cell, index) =>
      el("th", { scope: "col", class: side(index), "aria-sort": by === index ? (down ? "descending" : "ascending") : "none" },
        el("button", { type: "button", onclick: () => sortBy(index) }, cellNode(cell),
          el("span", { class: "arrow", "aria-hidden": "true" }, by === index ? (down ? "↓" : "↑") : "")))));
    replace(body, sorted.slice(page * size, (page + 1) * size).map((row) =>
      el("tr", {}, row.map((cell, index) =>
        el(index === leading ? "th" : "td", { class: side(index), scope: index === leading ? "row" : null }, draw(cell))))));
    const pages = Math.ceil(rows.length / size);
    replace(foot, pages > 1 && [
      el("span", {}, `${page * size + 1}–${Math.min(rows.length, (page + 1) * size)} of ${rows.length}`),
      el("button", { type: "button", disabled: page === 0, onclick: () => turn(-1) }, "Previous"),
      el("button", { type: "button", disabled: page >= pages - 1, onclick: () => turn(1) }, "Next"),
    ]);
  }

  show();
  return el("figure", { class: "data-table" },
    el("div", { class: "table-frame" }, el("table", {}, el("caption", {}, words(block.caption)), el("thead", {}, header), body)), foot);
}
