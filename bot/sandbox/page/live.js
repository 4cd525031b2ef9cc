// News from the server: only what changed is fetched again, a moment later, so that a burst costs one look.
import { closeSidebar } from "./sidebar.js";
import { preview } from "./mrkdwn.js";
import { loadRoom } from "./room.js";
import { goTo, openThread } from "./route.js";
import { channel, isMember, loadState, markRead, nameOf, on, store, tell, titleOf } from "./store.js";
import { arrived, warn } from "./toasts.js";

const SOON = 60; // ms to gather news
const WHILE_MOVING = 700; // the same while the clock steps, when news come by the hundred
const dirty = { rooms: new Set(), state: false, view: false, home: false, traffic: false, explore: false };
let timer = null;
let busy = false;

function announce(room, before) {
  const known = new Set(before.map((one) => one.ts));
  const fresh = (store.messages.get(room.id) || []).filter((one) => !known.has(one.ts) && one.user !== store.me);
  if (!fresh.length || room.id === store.place?.id) return;
  const last = fresh[fresh.length - 1];
  const text = preview(last.text);
  arrived({
    key: room.id,
    title: `${room.is_im ? "" : "#"}${titleOf(room)}${fresh.length > 1 ? ` · ${fresh.length} new` : ""}`,
    text: `${last.name || nameOf(last.user)}: ${text.length > 110 ? `${text.slice(0, 109)}…` : text}`,
    open: () => {
      closeSidebar();
      goTo(room.id);
      if (last.thread_ts && last.thread_ts !== last.ts) openThread(last.thread_ts);
    },
  });
}

async function refreshRoom(id) {
  const room = channel(id);
  if (!room || !isMember(room)) return;
  const known = store.messages.has(id);
  const before = store.messages.get(id) || [];
  const person = store.me;
  await loadRoom(id);
  if (person !== store.me) return;
  tell("messages", id);
  tell("unread");
  if (known || !room.is_im) announce(room, before);
}

async function flush() {
  timer = null;
  if (busy) {
    schedule();
    return;
  }
  busy = true;
  const work = { ...dirty, rooms: [...dirty.rooms] };
  // While time flies only the open channel is followed; the others are fetched when it has settled.
  const later = store.moving ? work.rooms.filter((id) => id !== store.place?.id) : [];
  Object.assign(dirty, { rooms: new Set(later), state: false, view: false, home: false, traffic: false, explore: false });
  try {
    if (work.state || work.rooms.some((id) => !channel(id))) await loadState();
    for (const id of work.rooms) if (!later.includes(id)) await refreshRoom(id);
  } catch (trouble) {
    warn(trouble.message);
  }
  for (const kind of ["view", "home", "traffic", "explore"]) if (work[kind]) tell(kind);
  busy = false;
}

function schedule() {
  if (timer === null) timer = setTimeout(flush, store.moving ? WHILE_MOVING : SOON);
}

function heard({ kind, channel: id, user }) {
  if (user && user !== store.me && kind !== "state") return;
  if (kind === "message" && id) dirty.rooms.add(id);
  else if (kind === "state" || kind === "clock") dirty.state = true;
  else if (kind in dirty) dirty[kind] = true;
  schedule();
}

// Everything this person can see, once: for the unread marks and the previews.
export async function loadEverything() {
  const person = store.me;
  for (const room of store.state.channels.filter((one) => isMember(one) && !one.is_archived)) {
    if (person !== store.me) return;
    if (!store.messages.has(room.id)) await loadRoom(room.id).catch(() => {});
    if (room.id === store.place?.id) markRead(room.id);
    tell("unread");
  }
}

export function listen() {
  const source = new EventSource("/control/events");
  let lost = false;
  source.onmessage = (event) => heard(JSON.parse(event.data));
  source.onerror = () => {
    lost = true;
    document.body.classList.add("offline");
  };
  source.onopen = () => {
    document.body.classList.remove("offline");
    if (!lost) return;
    lost = false;
    catchUp();
  };
}

// After a gap nothing is known about what was missed: look at all of it again.
function catchUp() {
  Object.assign(dirty, { rooms: new Set(store.messages.keys()), state: true, view: true, home: true, traffic: true, explore: true });
  schedule();
}

on("moved", () => {
  dirty.state = true;
  schedule();
});
