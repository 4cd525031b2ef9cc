// The frame every dialog shares: it keeps the focus inside, gives it back at the end, and closes on Esc.
import { bookmark, el } from "./dom.js";
import { closePopup } from "./popup.js";

const FOCUSABLE = "button:not([disabled]),input:not([disabled]),select,textarea,a[href],[tabindex='0']";
const stack = [];

function keepInside(event, node) {
  if (event.key !== "Tab") return;
  const all = [...node.querySelectorAll(FOCUSABLE)].filter((one) => one.offsetParent !== null);
  const [first, last] = [all[0], all[all.length - 1]];
  if (event.shiftKey && document.activeElement === first) last?.focus();
  else if (!event.shiftKey && document.activeElement === last) first?.focus();
  else return;
  event.preventDefault();
}

// Shows `panel` over the page. onescape decides whether Esc closes. Answers with a function that takes it away.
export function showDialog(panel, { label, onescape, kind = "" }) {
  const back = bookmark();
  const shade = el("div", { class: `shade ${kind}` }, panel);
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  panel.setAttribute("aria-label", label);
  panel.tabIndex = -1;
  panel.addEventListener("keydown", (event) => keepInside(event, panel));
  document.body.append(shade);
  const entry = { onescape };
  stack.push(entry);
  return () => {
    closePopup();
    shade.remove();
    if (stack.includes(entry)) stack.splice(stack.indexOf(entry), 1);
    back();
  };
}

export const anyDialog = () => stack.length > 0;

export function focusFirst(panel) {
  const field = panel.querySelector("[data-body] :is(input,textarea,button.picker)") || panel.querySelector("button.primary");
  (field || panel).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (closePopup()) event.stopImmediatePropagation();
  else if (stack.length) {
    event.stopImmediatePropagation();
    stack[stack.length - 1].onescape();
  }
});
