// Whose eyes we look through. A native select, so that it works with every keyboard and screen reader.
import { ROLES, avatar, roleBadge, roleOf } from "./avatar.js";
import { el, replace } from "./dom.js";
import { go, remember } from "./route.js";
import { channel, isMember, me, myRooms, nameOf, on, recallRead, store, tell } from "./store.js";

const order = Object.keys(ROLES);
const rank = (person) => (order.indexOf(roleOf(person)) + order.length + 1) % (order.length + 1);

function draw() {
  const node = document.getElementById("act-as");
  const person = me();
  if (!person) return;
  const people = [...store.state.users].sort((a, b) => rank(a) - rank(b) || nameOf(a.id).localeCompare(nameOf(b.id)));
  const choice = el("select", { testid: "act-as", "aria-label": "Act as", onchange: (event) => become(event.target.value) },
    people.map((one) => el("option", { value: one.id, selected: one.id === person.id },
      `${nameOf(one.id)} – ${ROLES[roleOf(one)] || roleOf(one)}${one.title ? `, ${one.title}` : ""}`)));
  replace(node, avatar(person.id, "small"), el("span", { class: "act-as-name" }, el("small", {}, "Acting as"), el("strong", {}, nameOf(person.id))),
    roleBadge(person), choice);
}

// The first place a newcomer should see: a channel in which the bot has said something, else the first one.
export function firstPlace() {
  const { channels, direct } = myRooms();
  const told = channels.find((room) => (store.messages.get(room.id) || []).some((one) => one.bot));
  const room = told || channels[0] || direct[0];
  return room ? { kind: "channel", id: room.id } : { kind: "home", id: null };
}

export function become(id) {
  store.me = id;
  store.messages.clear();
  recallRead();
  const stays = store.place?.kind === "home" || (store.place && channel(store.place.id) && isMember(channel(store.place.id)));
  remember();
  tell("person");
  go(stays ? store.place : firstPlace(), stays ? store.thread : null);
}

on("state", draw);
on("person", draw);
