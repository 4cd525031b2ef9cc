// The bot's own place: its Home tab, and beside it the messages between the two of you.
import { get, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { el, redraw, replace, sprout } from "./dom.js";
import { goHome, goTo } from "./route.js";
import { bot, isMember, isWithBot, loadState, on, store } from "./store.js";
import { warn } from "./toasts.js";
import { Form } from "./values.js";

let print = null;
let form = new Form();

// Writing to the bot for the first time makes the conversation.
async function openTalk(talk) {
  try {
    if (!talk) {
      await get(`messages/${store.me}`, { user: store.me });
      await loadState();
    }
    goTo((talk || store.state.channels.find((room) => isWithBot(room) && isMember(room))).id);
  } catch (trouble) {
    warn(trouble.message);
  }
}

export function homeTabs(current) {
  const talk = store.state.channels.find((room) => isWithBot(room) && isMember(room));
  const tab = (name, label, open, testid) => el("button", { type: "button", role: "tab", "aria-selected": String(name === current),
    testid, onclick: open }, label);
  return el("header", { class: "room-header app-header" },
    el("h1", {}, el("span", { class: "app-mark" }, sprout(18)), bot().name),
    el("div", { role: "tablist", class: "tabs" },
      tab("home", "Home", goHome, "home-tab"),
      tab("messages", "Messages", () => openTalk(talk), "messages-tab")));
}

// Opening the tab tells the bot first (app_home_opened), as in Slack; then what it published is shown.
export async function showHome(node) {
  print = null;
  form = new Form();
  replace(node, el("p", { class: "faint pad" }, "Opening…"));
  try {
    await post("home", { user: store.me });
    await refreshHome(node);
  } catch (trouble) {
    replace(node, el("p", { class: "faint pad" }, trouble.message));
  }
}

async function refreshHome(node) {
  const view = await get("home", { user: store.me });
  const now = JSON.stringify(view);
  if (now === print) return;
  print = now;
  if (!view) {
    replace(node, el("div", { class: "empty" }, el("span", { class: "empty-mark" }, sprout(44)), el("h2", {}, "Nothing here yet"),
      el("p", {}, `${bot().name} has not published a Home for you.`)));
    return;
  }
  form.adopt(view);
  const top = node.scrollTop;
  redraw(node, el("div", { class: "home-page" }, drawBlocks(view.blocks, { where: () => ({ view_id: view.id }), form })));
  node.scrollTop = top;
}

on("home", () => {
  const node = document.querySelector(".home");
  if (store.place?.kind === "home" && node?.isConnected) refreshHome(node).catch((trouble) => warn(trouble.message));
});
