// Everything on the page is built from nodes, never from markup in strings: text that came from a person or
// from the bot can then never become part of the page's own code.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, one] of Object.entries(value)) node.style.setProperty(key, one);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected") node[name] = value;
    else if (name === "testid") node.setAttribute("data-testid", value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child);
  }
  return node;
}

export const el = (tag, props, ...children) => fill(document.createElement(tag), props, children);
export const svg = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

export function replace(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

// Where the keyboard is, to be found again after what it stood on was drawn anew: the same control, else its message.
export function bookmark() {
  const held = document.activeElement;
  if (!held || held === document.body) return () => {};
  const { testid } = held.dataset;
  const frame = held.closest("#thread, #side, #top, main, .panel");
  const ts = held.closest("[data-ts]")?.dataset.ts;
  return () => {
    if (held.isConnected) return held.focus({ preventScroll: true });
    const where = frame?.isConnected ? frame : document;
    const message = ts && where.querySelector(`[data-ts="${ts}"]`);
    const same = testid && (message || where).querySelector(`[data-testid="${CSS.escape(testid)}"]`);
    return (same || message || (where !== document && where.hasAttribute("tabindex") && where))?.focus?.({ preventScroll: true });
  };
}

// A press is lost when what it began on is gone before the finger lifts. So what lies under it is drawn once it has lifted,
// and the click that comes of it has been heard.
const LIFTED = 50; // ms in which that click comes, on a touchscreen too
const waiting = new Map(); // node → what draws it
let pressed = null;
let lifting = null;

function lift() {
  pressed = null;
  const draws = [...waiting.values()];
  waiting.clear();
  for (const draw of draws) draw();
}

const soonLifted = () => {
  clearTimeout(lifting);
  lifting = setTimeout(lift, LIFTED);
};

addEventListener("pointerdown", (event) => {
  clearTimeout(lifting);
  pressed = event.target;
}, true);
for (const kind of ["pointerup", "pointercancel", "blur"]) addEventListener(kind, soonLifted, true);
// What the click itself leads to is drawn at once.
addEventListener("click", () => { pressed = null; }, true);

export function whenLifted(node, draw) {
  if (pressed && node.contains(pressed)) return waiting.set(node, draw);
  waiting.delete(node);
  draw();
}

// replace, for what news draw anew while somebody is at it, by keyboard or by a press.
export function redraw(node, ...children) {
  whenLifted(node, () => {
    const back = node.contains(document.activeElement) ? bookmark() : null;
    replace(node, ...children);
    back?.();
  });
}

const SHAPES = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  bolt: "M13 3 5 13.5h6L10 21l8.5-11h-6.2z",
  send: "M4 12 20 4l-5 16-3.2-6.8z",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  reply: "M4 6h16v10H11l-5 4v-4H4z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14.5c1.8 2.3 5.2 2.3 7 0M9 9.5h.01M15 9.5h.01",
  memo: "M6 3h9l4 4v14H6zM14.5 3v5H19M9 12h7M9 16h5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  home: "M4 11 12 4l8 7M6.5 9.5V20h11V9.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 2.6 3.6 6 3.6 9s-.6 6.400-3.600 9c-3-2.600-3.600-6-3.600-9S9 5.600 12 3z",
  people: "M9 11a3.200 3.200 0 1 0 0-6.400A3.200 3.200 0 0 0 9 11zM2.800 19.500c.6-4 3-5.500 6.200-5.500s5.600 1.500 6.200 5.500M16 5a3 3 0 0 1 0 5.800M17.500 14c2.200.5 3.400 2.200 3.700 5.500",
  chevron: "M7 10l5 5 5-5",
  back: "M14.500 5 7.500 12l7 7",
  file: "M6 3h8l5 5v13H6zM13.500 3v6H19",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1.200 1.200M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1.200-1.200",
};

export function icon(name, size = 18) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true" },
    svg("path", { d: SHAPES[name], fill: "none", stroke: "currentColor", "stroke-width": name === "more" ? 3 : 1.8,
      "stroke-linecap": "round", "stroke-linejoin": "round" }),
  );
}

export const iconButton = (name, label, props) =>
  el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, ...props }, icon(name));

// A sprout: the face of the bot and of the page.
export function sprout(size = 20) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" },
    svg("path", { d: "M12 21v-8", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", fill: "none" }),
    svg("path", { d: "M12 13C12 7.500 8.500 5 3.500 5c0 5.500 3.200 8 8.500 8z", fill: "currentColor" }),
    svg("path", { d: "M12 11c0-4.500 3-7.500 8.500-7.500 0 5.500-3 8.500-8.500 8.500z", fill: "currentColor", opacity: 0.7 }),
  );
}
