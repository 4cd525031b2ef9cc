// Where we are and who we are stands in the address, so that a reload and a shared link keep both.
import { channel, isMember, store, tell, user } from "./store.js";

const KEY = "perennial.act-as";

export function wanted() {
  const fields = new URLSearchParams(location.hash.slice(1));
  // A permalink of the workspace comes in as ?channel=…&ts=….
  const link = new URLSearchParams(location.search);
  return {
    as: fields.get("as") || localStorage.getItem(KEY),
    at: fields.get("at") || link.get("channel"),
    thread: fields.get("thread") || link.get("thread_ts"),
    ts: link.get("ts"),
  };
}

export function remember() {
  const fields = new URLSearchParams();
  if (store.me) fields.set("as", store.me);
  if (store.place) fields.set("at", store.place.kind === "home" ? "home" : store.place.id);
  if (store.thread) fields.set("thread", store.thread);
  if (store.me) localStorage.setItem(KEY, store.me);
  if (location.hash.slice(1) !== fields.toString()) history.replaceState(null, "", `${location.pathname}#${fields}`);
}

export function go(place, thread = null) {
  store.place = place;
  store.thread = thread;
  remember();
  tell("place");
}

export const goTo = (id, thread = null) => go({ kind: "channel", id }, thread);
export const goHome = () => go({ kind: "home", id: null });

export function openThread(ts) {
  store.thread = ts;
  remember();
  tell("thread");
}

// …/archives/C024BE91L/p1401383885000061 is a message of this workspace: show it instead of leaving the page.
export function openPermalink(address) {
  const found = /\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?/.exec(address);
  const room = found && channel(found[1]);
  if (!room || !isMember(room)) return false;
  const thread = new URL(address, location.href).searchParams.get("thread_ts");
  goTo(room.id, thread);
  if (found[2]) tell("reveal", `${found[2]}.${found[3]}`);
  return true;
}

export function startWithHash(listener) {
  addEventListener("hashchange", () => {
    const { as, at, thread } = wanted();
    const person = as && user(as) ? as : store.me;
    listener({ person, place: at === "home" ? { kind: "home", id: null } : at && { kind: "channel", id: at }, thread });
  });
}
