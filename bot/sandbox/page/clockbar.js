// Time in the workspace, and the ways to move it: a day, a week, to a date.
import { post } from "./api.js";
import { el, icon, replace } from "./dom.js";
import { on, store, tell, zone } from "./store.js";
import { format, fromWall, isoDate, now } from "./time.js";
import { say, warn } from "./toasts.js";

const DAY = 86400000;
const node = () => document.getElementById("clock");
const face = el("output", { class: "clock-now", testid: "clock-now" });
const apart = el("span", { class: "clock-apart", testid: "clock-apart", hidden: true, tabindex: "0", role: "note",
  title: "A bot that was started apart keeps its own time: moving this clock brings no renewal nearer. To watch the days go by, use the demo." },
  "Not the bot's clock");
const bar = el("span", { class: "clock-progress", role: "progressbar", "aria-label": "Time is passing", hidden: true }, el("i"));
const date = el("input", { type: "date", class: "field", testid: "clock-date", "aria-label": "Go to date" });
const jump = (label, days, testid) => el("button", { type: "button", testid, onclick: () => move({ advance_days: days }, days * DAY) }, label);
const buttons = [jump("+1 day", 1, "clock-day"), jump("+1 week", 7, "clock-week")];
const goTo = el("button", { type: "button", testid: "clock-go", onclick: () => toDate() }, "Go");

function tick() {
  if (!store.state) return;
  const at = now();
  replace(face, el("span", {}, `${format(at, { weekday: "short", day: "numeric", month: "short", year: "numeric" })}, `),
    el("span", {}, format(at, { hour: "2-digit", minute: "2-digit" })));
  apart.hidden = store.state.driven;
  face.title = `The sandbox's clock, in ${zone()}`;
  if (!store.moving) date.min = isoDate(at);
  else {
    const share = (at.getTime() - store.moving.from) / (store.moving.to - store.moving.from);
    bar.firstChild.style.setProperty("width", `${Math.round(Math.max(0.03, Math.min(1, share)) * 100)}%`);
  }
}

function toDate() {
  const target = date.value && fromWall(`${date.value}T09:00`);
  if (!target) warn("Choose a date first.");
  else if (target <= now()) warn("Time only moves forward here. Choose a later date.");
  else move({ to: target.toISOString() }, target.getTime() - now().getTime());
}

async function move(body, length) {
  const from = now().getTime();
  store.moving = { from, to: from + length };
  lock(true);
  try {
    const { steps, driven } = await post("clock", body);
    if (!driven) say("The clock has moved, but the bot hasn't: it was started apart and keeps its own time.");
    else say(`${steps} ${steps === 1 ? "moment" : "moments"} at which something was due passed by.`);
  } catch (trouble) {
    warn(trouble.message);
  }
  store.moving = null;
  lock(false);
  tell("moved");
}

function lock(yes) {
  for (const one of [...buttons, goTo, date]) one.disabled = yes;
  bar.hidden = !yes;
  node().setAttribute("aria-busy", String(yes));
  tick();
}

export function startClock() {
  replace(node(), icon("clock", 16), face, apart, el("span", { class: "clock-buttons" }, buttons, date, goTo), bar);
  setInterval(tick, 1000);
}

on("state", tick);
on("person", tick);
