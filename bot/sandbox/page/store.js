// What the page knows, and who wants to hear when it changes. One object, so that no two parts disagree.
import { get } from "./api.js";

export const store = {
  state: null, // the workspace, as /control/state last told it
  fetchedAt: 0, // performance.now() at that moment: the clock flows on from there
  me: null, // id of the person we act as
  place: null, // {kind: "channel" | "home", id}
  thread: null, // ts of the open thread's parent
  messages: new Map(), // channel id → messages, as far as they were looked at
  read: {}, // channel id → ts up to which this person has seen it
  moving: null, // {from, to} while the clock steps
};

const listeners = new Map();

export function on(kind, listener) {
  if (!listeners.has(kind)) listeners.set(kind, new Set());
  listeners.get(kind).add(listener);
}

export function tell(kind, detail) {
  for (const listener of listeners.get(kind) || []) listener(detail);
}

export async function loadState() {
  store.state = await get("state");
  store.fetchedAt = performance.now();
  tell("state");
}

export const user = (id) => store.state?.users.find((one) => one.id === id) || null;
export const channel = (id) => store.state?.channels.find((one) => one.id === id) || null;
export const me = () => user(store.me);
export const bot = () => store.state?.bot || { user_id: "", name: "bot" };
export const isBot = (id) => id === bot().user_id;

export function nameOf(id) {
  if (isBot(id)) return bot().name;
  const person = user(id);
  return person ? person.real_name || person.name : id;
}

export function zone() {
  return me()?.tz || "UTC";
}

export const isMember = (room, id = store.me) => room.members.includes(id);
export const isWithBot = (room) => room.is_im && isMember(room, bot().user_id);

// A direct message is called by the other person's name.
export function titleOf(room) {
  if (!room.is_im) return room.name;
  const other = room.members.find((id) => id !== store.me);
  return other ? nameOf(other) : room.name;
}

export function myRooms() {
  const rooms = (store.state?.channels || []).filter((room) => isMember(room) && !room.is_archived);
  const byName = (a, b) => titleOf(a).localeCompare(titleOf(b));
  return {
    channels: rooms.filter((room) => !room.is_im).sort(byName),
    direct: rooms.filter((room) => room.is_im && !isWithBot(room)).sort(byName),
    withBot: rooms.find(isWithBot) || null,
  };
}

// Guests and people of other companies change nothing about channels.
export const isColleague = (person = me()) => Boolean(person && !person.is_guest && !person.is_outsider);

export const archivedRooms = () =>
  isColleague() ? (store.state?.channels || []).filter((room) => room.is_archived && !room.is_im && isMember(room)) : [];

export function roomsToJoin() {
  if (!isColleague()) return [];
  return store.state.channels.filter((room) => !room.is_im && !room.is_private && !room.is_archived && !isMember(room));
}

// What a person has read is remembered per workspace and person, so that a reload keeps the dots honest.
const readKey = () => `perennial.read.${store.state.workspace.id}.${store.me}`;

export function recallRead() {
  try {
    store.read = JSON.parse(localStorage.getItem(readKey()) || "{}");
  } catch {
    store.read = {};
  }
}

export function markRead(id) {
  const list = store.messages.get(id) || [];
  const last = list.length ? list[list.length - 1].ts : null;
  if (!last || Number(store.read[id] || 0) >= Number(last)) return;
  store.read[id] = last;
  localStorage.setItem(readKey(), JSON.stringify(store.read));
  tell("unread");
}

export function unreadIn(id) {
  const seen = Number(store.read[id] || 0);
  return (store.messages.get(id) || []).filter((one) => Number(one.ts) > seen && one.user !== store.me).length;
}
