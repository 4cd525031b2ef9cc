// The places this person can go, and which of them have something new.
import { post } from "./api.js";
import { avatar } from "./avatar.js";
import { el, icon, redraw, sprout } from "./dom.js";
import { go, goHome, goTo } from "./route.js";
import { archivedRooms, bot, me, myRooms, on, roomsToJoin, store, titleOf, unreadIn } from "./store.js";
import { warn } from "./toasts.js";

const node = () => document.getElementById("places");
const here = (kind, id) => store.place?.kind === kind && (kind === "home" || store.place.id === id);

// On a small screen the places slide in over the messages; whoever came with the keyboard goes in with them.
export function openSidebar() {
  document.body.classList.add("sidebar-open");
  document.getElementById("menu").setAttribute("aria-expanded", "true");
  (node().querySelector("[aria-current]") || node().querySelector("button"))?.focus();
}

// `next` is who gets the focus when it would be lost with the places.
export function closeSidebar(next = document.getElementById("menu")) {
  if (!document.body.classList.contains("sidebar-open")) return;
  const held = document.getElementById("side").contains(document.activeElement);
  document.body.classList.remove("sidebar-open");
  document.getElementById("menu").setAttribute("aria-expanded", "false");
  if (held) next.focus();
}

function row({ mark, title, current, unread, testid, open, badge }) {
  return el("button", { type: "button", class: unread ? "place unread" : "place", testid, "aria-current": current ? "page" : null,
    onclick: () => { closeSidebar(document.getElementById("main")); open(); } },
    el("span", { class: "place-mark" }, mark), el("span", { class: "place-name" }, title), badge,
    unread ? el("span", { class: "dot", testid: "unread", "aria-label": `${unread} new` }, unread > 9 ? "9+" : String(unread)) : null);
}

function roomRow(room) {
  const other = room.is_im && room.members.find((id) => id !== store.me);
  return row({
    mark: room.is_im ? avatar(other || store.me, "tiny") : icon(room.is_private ? "lock" : "hash", 16),
    title: titleOf(room),
    current: here("channel", room.id),
    unread: here("channel", room.id) ? 0 : unreadIn(room.id),
    testid: `channel-${room.is_im ? titleOf(room) : room.name}`,
    badge: room.is_ext_shared ? el("span", { class: "shared-mark", title: "Shared with another company" }, icon("globe", 14)) : null,
    open: () => goTo(room.id),
  });
}

const group = (title, rows) =>
  rows.length ? el("section", { class: "group", "aria-label": title }, el("h2", {}, title), rows) : null;

async function join(room) {
  try {
    await post("member", { channel: room.id, user: store.me, present: true });
    go({ kind: "channel", id: room.id });
  } catch (trouble) {
    warn(trouble.message);
  }
}

function drawSidebar() {
  if (!store.state || !me()) return;
  const { channels, direct, withBot } = myRooms();
  const more = roomsToJoin().map((room) => row({ mark: icon("hash", 16), title: room.name, testid: `join-${room.name}`,
    badge: el("span", { class: "faint" }, "join"), open: () => join(room) }));
  const app = row({ mark: el("span", { class: "app-mark" }, sprout(15)), title: bot().name, testid: "app",
    current: here("home") || (withBot && here("channel", withBot.id)),
    unread: withBot && !here("channel", withBot.id) ? unreadIn(withBot.id) : 0, open: goHome });
  redraw(node(), group("Channels", channels.map(roomRow)), group("Direct messages", direct.map(roomRow)),
    group("Apps", [app]), group("Channels you could join", more), group("Archived", archivedRooms().map(roomRow)));
}

for (const kind of ["state", "place", "unread", "person"]) on(kind, drawSidebar);
