// Things to try: a list that whoever started the sandbox brought, ticked off by the server when they have happened.
import { become } from "./actas.js";
import { get } from "./api.js";
import { el, icon, redraw } from "./dom.js";
import { goHome, goTo } from "./route.js";
import { closeSidebar } from "./sidebar.js";
import { channel, nameOf, on, store } from "./store.js";
import { say } from "./toasts.js";

const FOLDED = "perennial.explore.folded";
const pane = () => document.getElementById("explore");
let steps = null;

// Where a step begins: acting as whom, in which place. A step about time begins at the clock.
function begin(step) {
  closeSidebar(document.getElementById("main"));
  if (step.as && step.as !== store.me) become(step.as);
  if (step.at === "home") goHome();
  else if (step.at === "clock") document.querySelector("[data-testid=clock-week]")?.focus();
  else if (step.at) goTo(step.at);
}

const whereOf = (step) => {
  const room = channel(step.at);
  return [step.as && nameOf(step.as).split(" ")[0], step.at === "home" ? "Home" : room && `#${room.name}`].filter(Boolean).join(" in ");
};

function row(step) {
  const words = [step.hint, whereOf(step) && `As ${whereOf(step)}.`].filter(Boolean).join(" ");
  return el("li", {}, el("button", { type: "button", class: step.done ? "step done" : "step", testid: `explore-${step.id}`, onclick: () => begin(step) },
    el("span", { class: "step-mark", "aria-hidden": "true" }, step.done ? "✓" : ""),
    el("span", { class: "step-words" }, el("span", { class: "aside" }, step.done ? "Done: " : "To do: "), el("strong", {}, step.title), el("small", {}, words))));
}

function draw() {
  pane().hidden = !steps?.length;
  if (!steps?.length) return;
  const folded = localStorage.getItem(FOLDED) === "yes";
  const done = steps.filter((step) => step.done).length;
  const fold = () => {
    localStorage.setItem(FOLDED, folded ? "no" : "yes");
    draw();
  };
  redraw(pane(),
    el("h2", {}, el("button", { type: "button", class: "explore-fold", testid: "explore-fold", "aria-expanded": String(!folded), "aria-controls": "explore-list", onclick: fold },
      icon("chevron", 16), el("span", {}, "Explore"), el("span", { class: "faint", testid: "explore-count" }, `${done} of ${steps.length} done`))),
    el("ol", { id: "explore-list", class: "explore-list", hidden: folded }, steps.map(row)));
}

async function look() {
  const before = new Set((steps || []).filter((step) => step.done).map((step) => step.id));
  const known = steps !== null;
  try {
    steps = await get("explore");
  } catch {
    return; // An older server, or none: the page does without the list.
  }
  draw();
  if (known) for (const step of steps) if (step.done && !before.has(step.id)) say(`Done: ${step.title}.`);
}

export const startExplore = look;
on("explore", look);
on("state", draw);
