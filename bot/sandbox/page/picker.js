// A select: a button that opens a list with a search field. One for every kind of select, single and multiple.
import { append, el, icon, replace } from "./dom.js";
import { flat } from "./mrkdwn.js";
import { closePopup, openPopup } from "./popup.js";

const same = (a, b) => a && b && a.value === b.value;

// source(query) → [{label?, options}], or a promise of it. chosen is a list of options also for a single select.
let lists = 0;

export function picker({ label, placeholder, source, chosen = [], multiple = false, most, testid, onchange, searchable = true }) {
  let options = [];
  let active = 0;
  let asked = 0;
  const button = el("button", { type: "button", class: "picker", testid, "aria-haspopup": "listbox",
    "aria-expanded": "false", onclick: () => show() });
  const id = `picker-${(lists += 1)}`;
  const search = el("input", { type: "search", class: "picker-search", placeholder: "Search", "aria-label": `Search ${label}`,
    role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list",
    autocomplete: "off", testid: testid && `${testid}-search`, oninput: () => fetchList(), onkeydown: (event) => keys(event) });
  const list = el("div", { role: "listbox", id, class: "picker-list", "aria-label": label, "aria-multiselectable": multiple });

  function face() {
    const names = chosen.map((one) => el("span", { class: multiple ? "token" : "picked" }, flat(one.text)));
    button.setAttribute("aria-label", [label, chosen.map((one) => flat(one.text)).join(", ")].filter(Boolean).join(": "));
    replace(button, names.length ? names : el("span", { class: "faint" }, placeholder || "Choose…"), icon("chevron", 16));
  }

  function choose(option) {
    if (multiple) {
      const there = chosen.some((one) => same(one, option));
      if (!there && most && chosen.length >= most) return;
      chosen = there ? chosen.filter((one) => !same(one, option)) : [...chosen, option];
    } else {
      chosen = [option];
      closePopup();
      button.focus();
    }
    face();
    draw();
    onchange(chosen);
  }

  function row(option, index) {
    const picked = chosen.some((one) => same(one, option));
    return el("div", { role: "option", id: `${id}-${index}`, "aria-selected": String(picked), testid: `option-${option.value}`,
      class: index === active ? "option active" : "option", onclick: () => choose(option),
      onpointermove: () => index !== active && mark(index) },
      el("span", { class: "tick", "aria-hidden": "true" }, picked ? "✓" : ""),
      el("span", { class: "option-words" }, flat(option.text), option.description && el("small", {}, flat(option.description))),
    );
  }

  let groups = [];
  function draw() {
    options = groups.flatMap((group) => group.options);
    let index = -1;
    replace(list, groups.map((group) => [
      group.label && group.options.length ? el("div", { class: "option-group" }, flat(group.label)) : null,
      group.options.map((option) => row(option, (index += 1))),
    ]));
    if (!options.length) append(list, [el("p", { class: "faint pad" }, "Nothing found.")]);
    point();
  }

  // Whoever listens to the page instead of looking at it hears which row the arrows are on.
  function point() {
    const reader = searchable ? search : list;
    if (options.length) reader.setAttribute("aria-activedescendant", `${id}-${active}`);
    else reader.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    const rows = [...list.querySelectorAll(".option")];
    rows[active]?.classList.remove("active");
    active = Math.max(0, Math.min(index, rows.length - 1));
    rows[active]?.classList.add("active");
    rows[active]?.scrollIntoView({ block: "nearest" });
    point();
  }

  function keys(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(active + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter" && options[active]) choose(options[active]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async function fetchList() {
    const turn = (asked += 1);
    const slow = setTimeout(() => turn === asked && replace(list, el("p", { class: "faint pad" }, "Looking…")), 150);
    let found;
    try {
      found = await source(search.value.trim());
    } catch (trouble) {
      found = trouble;
    }
    clearTimeout(slow);
    if (turn !== asked) return;
    if (found instanceof Error) {
      replace(list, el("p", { class: "pad error" }, found.message));
      return;
    }
    groups = found;
    active = 0;
    draw();
  }

  async function show() {
    const clear = !multiple && chosen.length && onchange.canClear
      ? el("button", { type: "button", class: "menu-item", onclick: () => wipe() }, "Clear the choice") : null;
    search.value = "";
    const ready = fetchList();
    await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, 160))]);
    const box = el("div", { class: "picker-popup", onkeydown: (event) => !searchable && keys(event) }, searchable && search, list, clear);
    openPopup(button, box);
    if (searchable) search.focus();
    else {
      list.tabIndex = 0;
      list.focus();
    }
  }

  function wipe() {
    chosen = [];
    closePopup();
    button.focus();
    face();
    onchange(chosen);
  }

  face();
  return button;
}

// The options an element lists itself, filtered by what was typed.
export function listed(groups) {
  return (query) => {
    const needle = query.toLowerCase();
    return groups.map((group) => ({
      label: group.label,
      options: group.options.filter((one) => `${flat(one.text)} ${flat(one.description)}`.toLowerCase().includes(needle)),
    }));
  };
}
