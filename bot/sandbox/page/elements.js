// The interactive elements. Each draws itself, and tells its context when the person changed it.
import { el, icon } from "./dom.js";
import { anchor, flat, words } from "./mrkdwn.js";
import { openMenu } from "./popup.js";
import { openPermalink } from "./route.js";
import { select } from "./selects.js";
import { fromWall, isoMinute } from "./time.js";
import { answer, valueOf } from "./values.js";

const hook = (element) => `action-${element.action_id}`;

// A message of this workspace is shown here; any other page of the web opens beside this one.
function follow(address) {
  if (address && !openPermalink(address) && /^https?:/i.test(address)) window.open(address, "_blank", "noopener");
}

function button(element, context) {
  const style = { primary: "primary", danger: "danger" }[element.style] || "";
  const press = async () => {
    follow(element.url);
    await context.act(element, { value: element.value }, node);
  };
  const node = el("button", { type: "button", class: `block-button ${style}`, testid: hook(element),
    "aria-label": element.accessibility_label, onclick: press }, flat(element.text));
  return node;
}

function overflow(element, context) {
  const show = () => openMenu(node, items, { align: "end" });
  const items = element.options.map((one) => ({
    label: flat(one.text),
    hint: flat(one.description),
    leaves: Boolean(one.url),
    testid: `option-${one.value}`,
    run: () => {
      follow(one.url);
      context.act(element, { selected_option: one }, node);
    },
  }));
  const node = el("button", { type: "button", class: "block-button square", testid: hook(element), "aria-label": "More choices",
    "aria-haspopup": "menu", "aria-expanded": "false", onclick: show,
    onkeydown: (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      if (node.getAttribute("aria-expanded") !== "true") show();
    } }, icon("more"));
  return node;
}

function choices(element, context) {
  const many = element.type === "checkboxes";
  const value = valueOf(element, context.read(element));
  let chosen = many ? value : [value].filter(Boolean);
  const name = `${context.blockId}.${element.action_id}.${Math.random()}`;
  const pick = (one, ticked) => {
    const others = many ? chosen.filter((other) => other.value !== one.value) : [];
    chosen = ticked ? [...others, one] : others;
    const inOrder = element.options.filter((each) => chosen.some((other) => other.value === each.value));
    context.changed(element, answer(element, many ? inOrder : inOrder[0] ?? null));
  };
  const rows = element.options.map((one) =>
    el("label", { class: "choice" },
      el("input", { type: many ? "checkbox" : "radio", name, value: one.value, testid: `option-${one.value}`,
        checked: chosen.some((other) => other.value === one.value), onchange: (event) => pick(one, event.target.checked) }),
      el("span", {}, words(one.text), one.description && el("small", {}, words(one.description))),
    ),
  );
  return el("div", { class: "choices", role: many ? "group" : "radiogroup", "aria-label": context.label, testid: hook(element) }, rows);
}

const TYPE = { number_input: "text", email_text_input: "email", url_text_input: "url", plain_text_input: "text" };
const HINT = { number_input: "0", email_text_input: "name@example.com", url_text_input: "https://" };

function textInput(element, context) {
  const props = { testid: hook(element), "aria-label": context.label, maxlength: element.max_length, class: "field",
    placeholder: flat(element.placeholder) || HINT[element.type] || "", value: valueOf(element, context.read(element)) ?? "" };
  const node = element.multiline ? el("textarea", { ...props, rows: 4 }) : el("input", { ...props, type: TYPE[element.type] });
  if (element.type === "number_input") node.inputMode = element.is_decimal_allowed ? "decimal" : "numeric";
  const when = element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  const state = () => answer(element, node.value === "" ? null : node.value);
  let waiting = null;
  node.addEventListener("input", () => {
    context.keep(element, state());
    if (!context.dispatches || !when.includes("on_character_entered")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => context.act(element, { value: node.value }, node), 300);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (element.multiline && !event.metaKey && !event.ctrlKey)) return;
    if (!context.dispatches || !when.includes("on_enter_pressed")) return;
    event.preventDefault();
    event.stopPropagation();
    context.act(element, { value: node.value }, node);
  });
  return node;
}

// Slack's own editor has a toolbar; here what is written is one section of plain words.
const asRich = (text) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] });

const fromRich = (rich) => rich.elements.map((part) => (part.elements || []).map((piece) => piece.text || "").join("")).join("\n");

function richInput(element, context) {
  const start = valueOf(element, context.read(element));
  const node = el("textarea", { rows: 4, class: "field", testid: hook(element), "aria-label": context.label,
    placeholder: flat(element.placeholder) || "", value: start ? fromRich(start) : "" });
  node.addEventListener("input", () => context.keep(element, answer(element, node.value ? asRich(node.value) : null)));
  return node;
}

function moment(type, read, write) {
  return (element, context) => {
    const value = valueOf(element, context.read(element));
    return el("input", { type, class: "field moment", testid: hook(element), value: value ? read(value) : "",
      "aria-label": context.label || flat(element.placeholder) || "Choose",
      onchange: (event) => context.changed(element, answer(element, event.target.value ? write(event.target.value) : null)) });
  };
}

const as = (value) => value;
const toSeconds = (text) => Math.floor(fromWall(text).getTime() / 1000);
const fromSeconds = (seconds) => isoMinute(new Date(seconds * 1000));

function picture(element) {
  const source = element.image_url || element.slack_file?.url;
  const image = el("img", { alt: element.alt_text || "", loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(el("span", { class: "no-picture", title: element.alt_text }, element.alt_text || "picture")));
  image.src = source;
  return image;
}

const DRAW = {
  button,
  overflow,
  checkboxes: choices,
  radio_buttons: choices,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  rich_text_input: richInput,
  datepicker: moment("date", as, as),
  timepicker: moment("time", as, as),
  datetimepicker: moment("datetime-local", fromSeconds, toSeconds),
  image: picture,
  workflow_button: button,
  url: (element) => anchor(element.url, flat(element.text)),
};

export function drawElement(element, context) {
  if (/_select$/.test(element.type)) return select(element, context);
  const draw = DRAW[element.type];
  return draw ? draw(element, context) : el("span", { class: "unknown" }, `(${element.type} isn't drawn here)`);
}

export { picture };
