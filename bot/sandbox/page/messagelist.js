// A list of messages that is redrawn only where it changed, so that an open menu, a typed word and the scroll stay.
import { bookmark, el, whenLifted } from "./dom.js";
import { drawMessage } from "./message.js";
import { store } from "./store.js";
import { dayName, fromTs, isoDate } from "./time.js";

const CLOSE_BY = 300; // seconds within which the same author's name isn't repeated

function follows(one, before) {
  return before && before.user === one.user && before.ephemeral === one.ephemeral && one.ts - before.ts < CLOSE_BY
    && isoDate(fromTs(one.ts)) === isoDate(fromTs(before.ts));
}

export class MessageList {
  constructor({ inThread = false, label }) {
    this.inThread = inThread;
    this.node = el("div", { class: "list", role: "log", "aria-label": label, tabindex: "0" });
    this.drawn = new Map(); // key → {print, node}
    this.whose = null;
  }

  atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    return scrollHeight - scrollTop - clientHeight < 60;
  }

  // whose: room, thread and person; when that changes, nothing of the old list is kept.
  show(room, messages, repliesOf = () => [], intro = null) {
    const whose = `${room.id}.${store.me}.${this.inThread ? store.thread : ""}`;
    const fresh = whose !== this.whose;
    if (fresh) this.drawn.clear();
    const stay = fresh || this.atEnd();
    this.whose = whose;
    const wanted = intro ? [this.cached("intro", intro.textContent, () => intro)] : [];
    let before = null;
    for (const message of messages) {
      const day = isoDate(fromTs(message.ts));
      if (!this.inThread && (!before || isoDate(fromTs(before.ts)) !== day)) wanted.push(this.divider(day, fromTs(message.ts)));
      wanted.push(this.entry(room, message, before, repliesOf(message)));
      before = message;
    }
    const kept = new Set(wanted.map(([key]) => key));
    for (const key of [...this.drawn.keys()]) if (!kept.has(key)) this.drawn.delete(key);
    whenLifted(this.node, () => {
      this.settle(wanted.map(([, entry]) => entry.node));
      if (stay) this.toEnd();
    });
  }

  divider(day, date) {
    const name = dayName(date);
    return this.cached(`day-${day}`, name, () => el("div", { class: "day", role: "separator" }, el("span", {}, name)));
  }

  entry(room, message, before, repliers) {
    const compact = Boolean(follows(message, before));
    const print = JSON.stringify([message, compact, repliers.length, store.state.users.length]);
    return this.cached(`${message.ts}${message.ephemeral ? "e" : ""}`, print, () =>
      drawMessage(room, message, { compact, inThread: this.inThread, repliers }));
  }

  cached(key, print, draw) {
    const old = this.drawn.get(key);
    if (old && old.print === print) return [key, old];
    const entry = { print, node: draw() };
    this.drawn.set(key, entry);
    return [key, entry];
  }

  settle(nodes) {
    const kept = new Set(nodes);
    const back = this.node.contains(document.activeElement) ? bookmark() : null;
    for (const child of [...this.node.children]) if (!kept.has(child)) child.remove();
    nodes.forEach((node, index) => {
      if (this.node.children[index] !== node) this.node.insertBefore(node, this.node.children[index] || null);
    });
    back?.();
  }

  empty(...content) {
    this.drawn.clear();
    this.whose = null;
    whenLifted(this.node, () => this.node.replaceChildren(...content));
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }

  reveal(ts) {
    const node = this.node.querySelector(`[data-ts="${ts}"]`);
    if (!node) return false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("revealed");
    setTimeout(() => node.classList.remove("revealed"), 2500);
    return true;
  }
}
