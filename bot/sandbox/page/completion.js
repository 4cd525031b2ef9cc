// What a composer offers while you type: commands after "/", people after "@", channels after "#".
import { el, replace } from "./dom.js";
import { isMember, store } from "./store.js";

const MOST = 10;
let lists = 0;

function offers(before) {
  const command = /^\/(\S*)$/.exec(before);
  if (command) {
    return store.state.commands
      .filter((one) => one.command.slice(1).startsWith(command[1].toLowerCase()))
      .map((one) => ({ title: one.command, usage: one.usage_hint, hint: one.description, length: command[0].length, insert: `${one.command} `,
        testid: `command-${one.command.slice(1)}` }));
  }
  const name = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
  if (!name) return [];
  const [mark, typed] = [name[1], name[2].toLowerCase()];
  const people = () => [...store.state.users, { id: store.state.bot.user_id, name: store.state.bot.name, real_name: store.state.bot.name, title: "App" }];
  const all = mark === "@"
    ? people().map((one) => ({ title: `@${one.name}`, hint: [one.real_name, one.title].filter(Boolean).join(" · "), key: `${one.name} ${one.real_name}` }))
    : store.state.channels.filter((one) => !one.is_im && (isMember(one) || !one.is_private)).map((one) => ({ title: `#${one.name}`, hint: one.topic, key: one.name }));
  return all.filter((one) => one.key.toLowerCase().split(/\s+/).some((word) => word.startsWith(typed)))
    .map((one) => ({ ...one, length: typed.length + 1, insert: `${one.title} ` }));
}

export function makeCompletion(field) {
  let found = [];
  let active = 0;
  const id = `completion-${(lists += 1)}`;
  const node = el("div", { class: "completion", id, role: "listbox", "aria-label": "Suggestions", testid: "completion", hidden: true });

  function draw() {
    node.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) field.setAttribute("aria-activedescendant", `${id}-${active}`);
    else field.removeAttribute("aria-activedescendant");
    replace(node, found.map((one, index) =>
      el("div", { role: "option", id: `${id}-${index}`, class: index === active ? "option active" : "option", "aria-selected": String(index === active),
        testid: one.testid, onpointerdown: (event) => { event.preventDefault(); take(one); } },
        el("span", { class: "option-words" }, el("span", {}, el("strong", {}, one.title), one.usage && el("code", {}, one.usage)),
          one.hint && el("small", {}, one.hint)))));
    node.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  }

  function take(one) {
    const at = field.selectionStart;
    field.value = field.value.slice(0, at - one.length) + one.insert + field.value.slice(at).replace(/^ /, "");
    const end = at - one.length + one.insert.length;
    field.setSelectionRange(end, end);
    close();
    field.dispatchEvent(new Event("input"));
    field.focus();
  }

  function close() {
    found = [];
    draw();
  }

  field.setAttribute("aria-controls", id);

  return {
    node,
    close,
    get open() {
      return found.length > 0;
    },
    look() {
      found = offers(field.value.slice(0, field.selectionStart)).slice(0, MOST);
      active = 0;
      draw();
    },
    // True when the key was ours.
    key(event) {
      if (!found.length) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
        draw();
      } else if (event.key === "Tab" || (event.key === "Enter" && field.value.trim() !== found[active].insert.trim())) take(found[active]);
      else if (event.key === "Escape") close();
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
