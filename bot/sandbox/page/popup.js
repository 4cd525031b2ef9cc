// Anything that floats by a control: menus, pickers, the list of emoji. One at a time; Esc or a click elsewhere closes it.
import { el } from "./dom.js";

let open = null;

export function closePopup() {
  if (!open) return false;
  const { node, anchor, onclose } = open;
  open = null;
  const held = node.contains(document.activeElement);
  node.remove();
  if (held && anchor.isConnected) anchor.focus();
  anchor.setAttribute("aria-expanded", "false");
  if (onclose) onclose();
  return true;
}

function put(node, anchor, align) {
  const box = anchor.getBoundingClientRect();
  const { innerWidth: wide, innerHeight: high } = window;
  node.style.setProperty("min-width", `${Math.min(Math.max(box.width, 180), wide - 16)}px`);
  const size = node.getBoundingClientRect();
  const left = align === "end" ? box.right - size.width : box.left;
  const below = high - box.bottom;
  const above = below < size.height + 8 && box.top > below;
  node.style.setProperty("left", `${Math.max(8, Math.min(left, wide - size.width - 8))}px`);
  node.style.setProperty("max-height", `${Math.max(140, (above ? box.top : below) - 16)}px`);
  node.style.setProperty("bottom", above ? `${high - box.top + 4}px` : "auto");
  node.style.setProperty("top", above ? "auto" : `${box.bottom + 4}px`);
}

export function openPopup(anchor, node, { align = "start", onclose } = {}) {
  if (open && open.anchor === anchor) {
    closePopup();
    return;
  }
  closePopup();
  node.classList.add("popup");
  document.body.append(node);
  open = { node, anchor, onclose, align };
  anchor.setAttribute("aria-expanded", "true");
  put(node, anchor, align);
}

// items: {label, hint?, leaves?, danger?, testid?, run} or null for a line between.
export function openMenu(anchor, items, options) {
  const choose = (item) => () => {
    closePopup();
    anchor.focus();
    item.run();
  };
  const rows = items.map((item) =>
    item === null
      ? el("hr")
      : el("button", { type: "button", role: "menuitem", class: item.danger ? "menu-item danger" : "menu-item",
          testid: item.testid, onclick: choose(item) },
        el("span", {}, item.label, item.leaves && el("span", { class: "faint", "aria-hidden": "true" }, " ↗")),
        item.hint && el("small", {}, item.hint),
      ),
  );
  const node = el("div", { role: "menu", class: "menu", "aria-label": anchor.getAttribute("aria-label"), onkeydown: (event) => walk(event, node) }, rows);
  openPopup(anchor, node, options);
  node.querySelector("button")?.focus();
}

// Arrows go round, Home and End go to the ends; Tab leaves the menu for where it was opened.
function walk(event, node) {
  if (event.key === "Tab") {
    event.preventDefault();
    closePopup();
    return;
  }
  const rows = [...node.querySelectorAll("button")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + rows.length, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  rows[to % rows.length].focus();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.node.contains(event.target) && !open.anchor.contains(event.target)) closePopup();
});
addEventListener("resize", closePopup);
document.addEventListener("scroll", (event) => {
  if (open && event.target instanceof Element && event.target.contains(open.anchor)) put(open.node, open.anchor, open.align);
}, { capture: true, passive: true });
