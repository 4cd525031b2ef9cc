// Initials on a colour that stays the same for the same person.
import { el, sprout } from "./dom.js";
import { bot, isBot, nameOf, user } from "./store.js";

function hueOf(id) {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return Math.round((sum * 137.5) % 360);
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  return (words.length > 1 ? words[0][0] + words[words.length - 1][0] : name.slice(0, 2)).toUpperCase();
}

export function avatar(id, size = "") {
  if (isBot(id)) return el("span", { class: `avatar bot ${size}`, "aria-hidden": "true", title: bot().name }, sprout(size ? 14 : 22));
  return el("span", { class: `avatar ${size}`, "aria-hidden": "true", style: { "--hue": hueOf(id) } }, initials(nameOf(id)));
}

export const ROLES = {
  rep: "Rep", support: "Support", manager: "Manager", admin: "Admin", guest: "Guest", outsider: "Outsider",
};

export function roleOf(person) {
  if (!person) return "";
  if (person.is_outsider) return "outsider";
  if (person.is_guest) return "guest";
  return person.role || (person.is_admin ? "admin" : "rep");
}

export function roleBadge(person) {
  const role = roleOf(person);
  return el("span", { class: `role role-${role}` }, ROLES[role] || role);
}

export const roleBadgeOf = (id) => {
  const person = user(id);
  return person && (person.is_guest || person.is_outsider) ? roleBadge(person) : null;
};
