// The thread pane: the parent, its replies, and a composer of its own.
import { makeComposer } from "./composer.js";
import { el, iconButton, replace } from "./dom.js";
import { MessageList } from "./messagelist.js";
import { openThread } from "./route.js";
import { channel, on, store, titleOf } from "./store.js";

const list = new MessageList({ inThread: true, label: "Thread" });
const composer = makeComposer({ testid: "thread-composer", place: () => ({ channel: store.place?.id, thread_ts: store.thread }), inThread: true });
const pane = () => document.getElementById("thread");

export function closeThread() {
  if (!store.thread) return false;
  openThread(null);
  return true;
}

function draw() {
  const room = store.thread && store.place?.kind === "channel" && channel(store.place.id);
  document.body.classList.toggle("thread-open", Boolean(room));
  pane().hidden = !room;
  if (!room) return;
  const all = store.messages.get(room.id) || [];
  const found = all.filter((one) => one.ts === store.thread || one.thread_ts === store.thread);
  if (!list.node.isConnected || pane().dataset.room !== room.id) {
    pane().dataset.room = room.id;
    replace(pane(), el("header", { class: "room-header" }, el("h1", {}, "Thread"), el("p", { class: "topic" }, `${room.is_im ? "" : "#"}${titleOf(room)}`),
      iconButton("close", "Close the thread", { onclick: closeThread, testid: "thread-close" })), list.node, composer.node);
  }
  composer.refresh("Reply…");
  if (found.length) list.show(room, found);
  else list.empty(el("p", { class: "faint pad" }, "This thread isn't here for you."));
}

for (const kind of ["thread", "place", "person"]) on(kind, draw);
on("messages", (id) => id === store.place?.id && store.thread && draw());
