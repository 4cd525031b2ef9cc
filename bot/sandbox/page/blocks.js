// Block Kit's layout blocks. A block nobody knows is shown as its name, never left out in silence.
import { makeContext } from "./context.js";
import { visualization } from "./charts.js";
import { el } from "./dom.js";
import { drawElement, picture } from "./elements.js";
import { flat, mrkdwn, words } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";

function section(block, context) {
  return el("div", { class: "section" },
    el("div", { class: "section-main" },
      block.text && el("div", { class: "words" }, words(block.text)),
      block.fields && el("div", { class: "fields" }, block.fields.map((one) => el("div", { class: "words" }, words(one)))),
    ),
    block.accessory && el("div", { class: `accessory ${block.accessory.type}` }, drawElement(block.accessory, context)),
  );
}

const contextBlock = (block) =>
  el("div", { class: "context" }, block.elements.map((one) =>
    one.type === "image" ? el("span", { class: "thumb" }, picture(one)) : el("span", { class: "words" }, words(one))));

const image = (block) =>
  el("figure", { class: "image" }, block.title && el("figcaption", {}, words(block.title)), picture(block));

// The label belongs to the field; the error stands under it and is read out with it.
function input(block, context, errors) {
  const wrong = errors?.[block.block_id];
  const field = drawElement(block.element, context);
  const id = `error-${block.block_id}`;
  if (wrong) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
  }
  return el("div", { class: wrong ? "input wrong" : "input", testid: `input-${block.block_id}` },
    el("div", { class: "label" }, flat(block.label), block.optional && el("span", { class: "faint" }, " (optional)")),
    field,
    el("p", { class: "error", id, role: "alert", testid: `error-${block.block_id}`, hidden: !wrong }, wrong || ""),
    block.hint && el("p", { class: "hint" }, words(block.hint)),
  );
}

// The markdown block speaks the other dialect; its headings, bold words, links and lists are translated.
const asMrkdwn = (text) => text
  .replace(/^#{1,6}\s+(.+)$/gm, "*$1*")
  .replace(/\*\*(.+?)\*\*/g, "*$1*")
  .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>")
  .replace(/^(\s*)[-*] /gm, "$1• ");

// What a container folds away opens by a press or the Enter key on its title.
function container(block, context) {
  const inside = (block.child_blocks || []).map((child) => (DRAW[child.type] || (() => null))(child, context));
  const title = [el("strong", {}, flat(block.title)), block.subtitle && el("span", { class: "faint" }, words(block.subtitle))];
  if (!block.is_collapsible) return el("div", { class: "container" }, el("div", { class: "container-title" }, title), inside);
  const node = el("details", { class: "container", testid: "container" }, el("summary", { class: "container-title" }, title), inside);
  node.open = !block.default_collapsed;
  return node;
}

const DRAW = {
  section,
  input,
  image,
  context: contextBlock,
  header: (block) => el("h3", { class: "header" }, flat(block.text)),
  divider: () => el("hr"),
  actions: (block, context) => el("div", { class: "actions" }, block.elements.map((one) => drawElement(one, context))),
  context_actions: (block, context) => el("div", { class: "actions" }, block.elements.map((one) => drawElement(one, context))),
  rich_text: richText,
  markdown: (block) => el("div", { class: "words" }, mrkdwn(asMrkdwn(block.text))),
  table,
  data_table: (block, context) => dataTable(block, (cell) => drawElement(cell.element || cell.button || cell, context)),
  data_visualization: visualization,
  container,
  alert: (block) => el("div", { class: `alert ${block.level || "info"}`, role: "note" }, words(block.text)),
  file: (block) => el("p", { class: "faint" }, `File ${block.external_id || ""}`),
};

// where: as makeContext takes it; form: the values of a view; errors: {block_id: message}.
export function drawBlocks(blocks, { where, form, errors, afterwards }) {
  return el("div", { class: "blocks" }, (blocks || []).map((block) => {
    const draw = DRAW[block.type];
    const node = draw
      ? draw(block, makeContext({ where, form, block, afterwards }), errors)
      : el("p", { class: "unknown" }, `(a ${block.type} block isn't drawn here)`);
    if (block.block_id) node.dataset.block = block.block_id;
    return node;
  }));
}
