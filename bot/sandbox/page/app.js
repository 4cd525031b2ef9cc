// Where the page's parts meet.
import { become, firstPlace } from "./actas.js";
import { roleOf } from "./avatar.js";
import { startClock } from "./clockbar.js";
import { anyDialog } from "./dialog.js";
import { el, icon, replace, sprout } from "./dom.js";
import { startExplore } from "./explore.js";
import { toggleInspector } from "./inspector.js";
import { openJump } from "./jump.js";
import { listen, loadEverything } from "./live.js";
import "./modal.js";
import "./room.js";
import { go, startWithHash, wanted } from "./route.js";
import { closeSidebar, openSidebar } from "./sidebar.js";
import { channel, isMember, loadState, on, recallRead, store, tell, user } from "./store.js";
import { closeThread } from "./thread.js";

const byId = (id) => document.getElementById(id);

function firstPerson() {
  for (const asked of [wanted().as, store.state.first_look?.as]) if (asked && user(asked)) return asked;
  const rep = store.state.users.find((one) => roleOf(one) === "rep");
  return (rep || store.state.users[0])?.id || null;
}

function wantedPlace() {
  const at = wanted().at || store.state.first_look?.at;
  if (at === "home") return { kind: "home", id: null };
  return at && channel(at) && isMember(channel(at)) ? { kind: "channel", id: at } : null;
}

function drawTop() {
  const { workspace, transport } = store.state;
  document.title = `${workspace.name} – sandbox`;
  replace(byId("workspace"), el("span", { class: "logo" }, sprout(20)),
    el("span", { class: "workspace-name" }, el("strong", {}, workspace.name),
      el("small", { class: transport === "none" ? "link-down" : "", testid: "transport" },
        transport === "none" ? "no bot connected" : transport === "socket" ? "bot on Socket Mode" : "bot on HTTP")));
}

function bindTop() {
  replace(byId("top-tools"),
    el("button", { type: "button", class: "ghost", testid: "jump-open", title: "Ctrl-K", "aria-label": "Jump to a channel", onclick: openJump },
      icon("search", 16), el("span", {}, "Jump"), el("kbd", {}, "Ctrl K")),
    el("button", { type: "button", class: "ghost", testid: "inspector", "aria-expanded": "false", "aria-controls": "inspector",
      title: "Traffic between the bot and Slack", "aria-label": "Inspector", onclick: () => toggleInspector() },
      icon("pulse", 16), el("span", {}, "Inspector")));
  byId("menu").append(icon("menu", 20));
  byId("menu").setAttribute("aria-expanded", "false");
  byId("menu").addEventListener("click", () => (document.body.classList.contains("sidebar-open") ? closeSidebar() : openSidebar()));
  byId("veil").addEventListener("click", () => closeSidebar());
}

function bindKeys() {
  // The address after # says where we are; a plain jump to #main would overwrite it.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!anyDialog()) openJump();
    } else if (event.key === "Escape" && !anyDialog()) {
      if (document.body.classList.contains("sidebar-open")) closeSidebar();
      else if (!closeThread()) toggleInspector(false);
    }
  });
}

async function start() {
  bindTop();
  bindKeys();
  startClock();
  try {
    await loadState();
  } catch (trouble) {
    replace(byId("main"), el("div", { class: "empty" }, el("h2", {}, "The sandbox doesn't answer"), el("p", {}, trouble.message)));
    return;
  }
  store.me = firstPerson();
  recallRead();
  const { thread, ts } = wanted();
  const place = wantedPlace();
  if (!place) await loadEverything();
  tell("person");
  go(place || firstPlace(), place ? thread : null);
  if (place && ts) tell("reveal", ts);
  drawTop();
  on("state", drawTop);
  on("person", loadEverything);
  listen();
  startExplore();
  if (place) loadEverything();
  startWithHash(({ person, place: next, thread: ts }) => {
    if (person !== store.me) become(person);
    if (next && (next.id !== store.place?.id || next.kind !== store.place.kind || ts !== store.thread)) go(next, ts);
  });
  document.body.dataset.ready = "true";
}

start();
