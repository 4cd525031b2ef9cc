// Ctrl-K: type a few letters, go there.
import { showDialog } from "./dialog.js";
import { el, icon, replace, sprout } from "./dom.js";
import { goHome, goTo } from "./route.js";
import { bot, myRooms, titleOf } from "./store.js";

let take = null;

export function openJump() {
  if (take) return;
  const { channels, direct } = myRooms();
  const places = [
    ...[...channels, ...direct].map((room) => ({ title: titleOf(room), mark: icon(room.is_im ? "people" : room.is_private ? "lock" : "hash", 16),
      topic: room.topic, open: () => goTo(room.id) })),
    { title: bot().name, mark: sprout(16), topic: "Home", open: goHome },
  ];
  let active = 0;
  let found = places;
  const list = el("div", { role: "listbox", id: "jump-list", "aria-label": "Places", class: "picker-list" });
  const field = el("input", { type: "search", class: "jump-field", placeholder: "Jump to a channel or a person", "aria-label": "Jump to", testid: "jump",
    role: "combobox", "aria-expanded": "true", "aria-controls": "jump-list", "aria-autocomplete": "list", autocomplete: "off", oninput: () => { active = 0; draw(); }, onkeydown: (event) => key(event) });
  const end = () => {
    take?.();
    take = null;
  };
  const choose = (place) => {
    end();
    place.open();
  };

  function draw() {
    const needle = field.value.trim().toLowerCase().replace(/^#/, "");
    found = places.filter((one) => one.title.toLowerCase().includes(needle));
    replace(list, found.map((one, index) =>
      el("div", { role: "option", id: `jump-${index}`, "aria-selected": String(index === active), class: index === active ? "option active" : "option", onclick: () => choose(one) },
        el("span", { class: "place-mark" }, one.mark), el("span", { class: "option-words" }, one.title, one.topic && el("small", {}, one.topic)))));
    if (found.length) field.setAttribute("aria-activedescendant", `jump-${active}`);
    else field.removeAttribute("aria-activedescendant");
    list.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  }

  function key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) active = (active + step + found.length) % Math.max(1, found.length);
    else if (event.key === "Enter" && found[active]) {
      event.preventDefault();
      choose(found[active]);
      return;
    } else return;
    event.preventDefault();
    draw();
  }

  const panel = el("div", { class: "panel jump" }, field, list);
  take = showDialog(panel, { label: "Jump to", onescape: end, kind: "top" });
  panel.parentNode.addEventListener("pointerdown", (event) => event.target === panel.parentNode && end());
  draw();
  field.focus();
}
