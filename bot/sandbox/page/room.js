// The channel in the middle: its header, its messages, and its composer.
import { get, post } from "./api.js";
import { avatar, roleBadge } from "./avatar.js";
import { makeComposer } from "./composer.js";
import { el, icon, iconButton, redraw, replace, sprout } from "./dom.js";
import { homeTabs, showHome } from "./home.js";
import { mrkdwn } from "./mrkdwn.js";
import { MessageList } from "./messagelist.js";
import { openMenu, openPopup } from "./popup.js";
import { bot, channel, isColleague, isMember, isWithBot, markRead, nameOf, on, store, tell, titleOf, user } from "./store.js";
import { warn } from "./toasts.js";

const list = new MessageList({ label: "Messages" });
const composer = makeComposer({ testid: "composer", place: () => ({ channel: store.place?.id }) });
const header = el("header", { class: "room-header", testid: "room-header" });
const home = el("div", { class: "home", testid: "home" });
const main = () => document.getElementById("main");
const MOST = 500; // messages of one channel that are looked at
let waitingReveal = null;

export async function loadRoom(id) {
  const found = await get(`messages/${id}`, { user: store.me, limit: MOST });
  store.messages.set(id, found);
  return found;
}

const attempt = (what, body) => post(what, body).catch((trouble) => warn(trouble.message));

function members(room, anchor) {
  const rows = room.members.map((id) => el("li", {}, avatar(id, "small"),
    el("span", {}, nameOf(id), el("small", {}, user(id)?.title || "")), user(id) ? roleBadge(user(id)) : el("span", { class: "app-badge" }, "APP")));
  openPopup(anchor, el("div", { class: "members" }, el("h3", {}, `${room.members.length} in #${room.name}`), el("ul", {}, rows)), { align: "end" });
}

const archive = (room, archived) => attempt("archive", { channel: room.id, user: store.me, archived });

// In the place of the composer: nobody can write here.
const archivedNote = (room) =>
  el("div", { class: "archived-note", testid: "archived-note" }, el("span", {}, "This channel is archived: nobody can write in it."),
    isColleague() && el("button", { type: "button", onclick: () => archive(room, false) }, "Bring it back"));

// What a workspace's admin would do in Slack's settings: here so that a newcomer can see what the bot makes of it.
function roomMenu(room, anchor) {
  const hasBot = isMember(room, bot().user_id);
  const leave = { label: "Leave this channel", run: () => attempt("member", { channel: room.id, user: store.me, present: false }) };
  if (!isColleague()) {
    openMenu(anchor, [leave], { align: "end" });
    return;
  }
  if (room.is_archived) {
    openMenu(anchor, [{ label: "Bring it back", testid: "unarchive", run: () => archive(room, false) }], { align: "end" });
    return;
  }
  openMenu(anchor, [
    { label: room.is_ext_shared ? "Stop sharing with another company" : "Share with another company", testid: "share",
      run: () => attempt("share", { channel: room.id, is_ext_shared: !room.is_ext_shared }) },
    { label: hasBot ? `Remove ${bot().name} from here` : `Invite ${bot().name}`, testid: "toggle-bot",
      run: () => attempt("member", { channel: room.id, user: bot().user_id, present: !hasBot }) },
    leave,
    { label: "Archive", danger: true, testid: "archive", run: () => archive(room, true) },
  ], { align: "end" });
}

function drawHeader(room) {
  const crowd = el("button", { type: "button", class: "crowd", "aria-label": `${room.members.length} members`, "aria-haspopup": "dialog",
    testid: "members", onclick: () => members(room, crowd) },
    el("span", { class: "faces" }, room.members.slice(0, 3).map((id) => avatar(id, "tiny"))), String(room.members.length));
  const dots = iconButton("more", "Channel settings", { testid: "room-menu", "aria-haspopup": "menu", onclick: () => roomMenu(room, dots) });
  redraw(header,
    el("h1", {}, room.is_im ? null : icon(room.is_private ? "lock" : "hash", 18), titleOf(room)),
    room.is_ext_shared && el("span", { class: "shared-badge", testid: "shared-badge" }, icon("globe", 14), "Shared with another company"),
    el("p", { class: "topic" }, mrkdwn(room.topic || "")),
    !room.is_im && crowd, !room.is_im && dots);
}

const emptyNote = (title, text) => el("div", { class: "empty" }, el("span", { class: "empty-mark" }, sprout(44)), el("h2", {}, title), el("p", {}, text));

const beginning = (room) =>
  el("div", { class: "beginning" }, el("h2", {}, room.is_im ? titleOf(room) : `#${room.name}`),
    el("p", {}, room.is_im ? "Only the two of you read this." : room.is_ext_shared
      ? "People of another company read along here."
      : "Everyone in this channel reads along."));

function drawMessages() {
  const room = store.place?.kind === "channel" && channel(store.place.id);
  if (!room) return;
  const all = store.messages.get(room.id) || [];
  const threads = Map.groupBy ? Map.groupBy(all, (one) => one.thread_ts) : grouped(all);
  const top = all.filter((one) => !one.thread_ts || one.thread_ts === one.ts);
  if (top.length) list.show(room, top, (message) => (threads.get(message.ts) || []).filter((one) => one.ts !== message.ts),
    all.length < MOST ? beginning(room) : null);
  else if (!store.messages.has(room.id)) list.empty();
  else list.empty(emptyNote("Nothing here yet", "What people and the bot write will appear here."));
  if (waitingReveal && list.reveal(waitingReveal)) waitingReveal = null;
  markRead(room.id);
}

function grouped(all) {
  const found = new Map();
  for (const one of all) found.set(one.thread_ts, [...(found.get(one.thread_ts) || []), one]);
  return found;
}

function drawPlace() {
  const room = store.place?.kind === "channel" ? channel(store.place.id) : null;
  if (store.place?.kind === "home") {
    replace(main(), homeTabs("home"), home);
    showHome(home);
    return;
  }
  if (!room || !isMember(room)) {
    replace(main(), emptyNote("You can't see this channel", "Choose another one on the left, or act as someone who is in it."));
    return;
  }
  drawHeader(room);
  const withBot = isWithBot(room);
  replace(main(), withBot ? homeTabs("messages") : header, list.node, room.is_archived ? archivedNote(room) : composer.node);
  composer.refresh(withBot ? `Message ${bot().name}` : `Message ${room.is_im ? "" : "#"}${titleOf(room)}`);
  drawMessages();
}

async function openPlace() {
  drawPlace();
  const id = store.place?.kind === "channel" && store.place.id;
  if (!id || !channel(id) || !isMember(channel(id))) return;
  try {
    await loadRoom(id);
  } catch (trouble) {
    warn(trouble.message);
    return;
  }
  tell("messages", id);
}

on("place", openPlace);
on("messages", (id) => id === store.place?.id && drawMessages());
on("reveal", (ts) => {
  if (!list.reveal(ts)) waitingReveal = ts;
});
on("state", () => {
  const room = store.place?.kind === "channel" && channel(store.place.id);
  const stays = room && isMember(room) && header.isConnected && room.is_archived !== composer.node.isConnected;
  if (stays) drawHeader(room);
  else if (store.place) drawPlace();
});
