// Slack's mrkdwn → nodes. Blocks of code first, then quotes by line, then what is inside a line.
import { el } from "./dom.js";
import { glyph } from "./emoji.js";
import { openPermalink } from "./route.js";
import { channel, isBot, nameOf, store, titleOf } from "./store.js";
import { slackDate } from "./time.js";

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function mention(id, label) {
  const mine = id === store.me;
  return el("span", { class: mine ? "mention mine" : isBot(id) ? "mention app" : "mention" }, `@${label || nameOf(id)}`);
}

export function roomMention(id, label) {
  const room = channel(id);
  return el("a", { class: "mention", href: `#at=${id}` }, `#${label || (room ? titleOf(room) : id)}`);
}

// Only addresses that can do no harm become links; a link to a message of this workspace opens right here.
export function anchor(url, label) {
  const address = plain(url);
  const text = label || address.replace(/^mailto:/, "");
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(address)) return document.createTextNode(text);
  const props = { href: address, target: "_blank", rel: "noopener noreferrer" };
  props.onclick = (event) => openPermalink(address) && event.preventDefault();
  return el("a", props, text);
}

function entity(inside) {
  const [head, ...rest] = inside.split("|");
  const label = rest.length ? plain(rest.join("|")) : null;
  if (head.startsWith("@")) return mention(head.slice(1), label);
  if (head.startsWith("#")) return roomMention(head.slice(1), label);
  if (head.startsWith("!date^")) {
    const [, seconds, pattern, link] = head.split("^");
    const text = slackDate(seconds, plain(pattern || ""), label || "");
    return link ? anchor(link, text) : el("time", { title: label || text }, text);
  }
  if (head.startsWith("!subteam^")) return el("span", { class: "mention" }, label || `@${head.slice(9)}`);
  if (head.startsWith("!")) return el("span", { class: "mention broadcast" }, label || `@${head.slice(1)}`);
  return anchor(head, label ? spell(label) : null);
}

const spell = (text) => text.replace(/:([\w+-]+):/g, (whole, name) => glyph(name) || whole);

// In this order: what is inside code or an entity is not looked at again.
const RULES = [
  [/^`([^`\n]+)`/, (found) => el("code", {}, plain(found[1]))],
  [/^<([^<>\n]+)>/, (found) => entity(found[1])],
  [/^\*([^\s\u200b](?:[^*\n]*[^\s\u200b])?)\*(?![\w*])/, (found) => el("strong", {}, inline(found[1]))],
  [/^_([^\s\u200b](?:[^_\n]*[^\s\u200b])?)_(?!\w)/, (found) => el("em", {}, inline(found[1]))],
  [/^~([^\s\u200b](?:[^~\n]*[^\s\u200b])?)~(?![\w~])/, (found) => el("s", {}, inline(found[1]))],
  [/^:([\w+-]+(?:::[\w-]+)?):/, (found) => (glyph(found[1]) ? emojiNode(found[1]) : null)],
  [/^(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)"'])/, (found) => anchor(found[1])],
];

export const emojiNode = (name) =>
  el("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, glyph(name) || `:${name}:`);

function inline(text) {
  const nodes = [];
  let words = "";
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    // A mark opens only at the start of a word: 2*3*4 and snake_case stay as they are.
    const opens = at === 0 || !/\w/.test(text[at - 1]) || text[at] === "<";
    let hit = null;
    if (opens && "`<*_~:h".includes(text[at])) {
      for (const [pattern, draw] of RULES) {
        const found = pattern.exec(rest);
        const node = found && draw(found);
        if (node) {
          hit = [found[0].length, node];
          break;
        }
      }
    }
    if (!hit) {
      words += text[at];
      at += 1;
      continue;
    }
    if (words) nodes.push(plain(words));
    words = "";
    nodes.push(hit[1]);
    at += hit[0];
  }
  if (words) nodes.push(plain(words));
  return nodes;
}

function lines(text) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, index, all) => {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = el("blockquote", {})));
      else quote.append(el("br"));
      quote.append(...inline(quoted[1]));
      return;
    }
    if (quote && line === "" && index < all.length - 1) {
      quote = null;
      return;
    }
    if (nodes.length && !quote) nodes.push(el("br"));
    quote = null;
    nodes.push(...inline(line));
  });
  return nodes;
}

export function mrkdwn(text) {
  const nodes = [];
  String(text ?? "")
    .split(/```\n?([\s\S]+?)\n?```\n?/)
    .forEach((piece, index) => {
      if (index % 2) nodes.push(el("pre", {}, plain(piece)));
      else if (piece) nodes.push(...lines(piece));
    });
  return nodes;
}

// A text object of Block Kit: {type: "plain_text" | "mrkdwn", text}.
export function words(object) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  const text = object.emoji === false ? object.text : spell(object.text || "");
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

export const flat = (object) => (typeof object === "string" ? object : spell(object?.text || ""));
export const preview = (text) => {
  const node = el("span", {}, mrkdwn(text || ""));
  return node.textContent.replace(/\s+/g, " ").trim();
};
