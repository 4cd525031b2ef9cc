// Short notes at the edge: what arrived elsewhere, and what went wrong.
import { el, iconButton, sprout } from "./dom.js";

const SHOWN = 4;
const board = () => document.getElementById("toasts");

function show(node, seconds) {
  const there = board();
  there.append(node);
  while (there.children.length > SHOWN) there.firstChild.remove();
  setTimeout(() => node.remove(), seconds * 1000);
}

export function warn(message) {
  const node = el("div", { class: "toast trouble", role: "alert", testid: "toast-trouble" },
    el("span", { class: "toast-words" }, message),
    iconButton("close", "Dismiss", { onclick: () => node.remove() }));
  show(node, 10);
}

export function say(message) {
  show(el("div", { class: "toast", role: "status", testid: "toast" }, el("span", { class: "toast-words" }, message)), 5);
}

// One toast per place: news about the same place replaces what stood there.
export function arrived({ key, title, text, open }) {
  board().querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
  const node = el("div", { class: "toast news", testid: "toast", "data-key": key },
    el("span", { class: "toast-mark" }, sprout(18)),
    el("button", { type: "button", class: "toast-words plain", onclick: () => { node.remove(); open(); } },
      el("strong", {}, title), el("span", {}, text)),
    iconButton("close", "Dismiss", { onclick: () => node.remove() }));
  show(node, 7);
}
