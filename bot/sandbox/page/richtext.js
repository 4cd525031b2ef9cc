// rich_text blocks: sections, lists, quotes, code.
import { el } from "./dom.js";
import { anchor, emojiNode, mention, roomMention } from "./mrkdwn.js";
import { slackDate } from "./time.js";

const STYLES = [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"], ["code", "code"]];

function styled(piece, node) {
  return STYLES.reduce((inner, [flag, tag]) => (piece.style?.[flag] ? el(tag, {}, inner) : inner), node);
}

const PIECES = {
  text: (piece) => piece.text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line])),
  link: (piece) => anchor(piece.url, piece.text),
  user: (piece) => mention(piece.user_id),
  channel: (piece) => roomMention(piece.channel_id),
  emoji: (piece) => emojiNode(piece.name),
  broadcast: (piece) => el("span", { class: "mention broadcast" }, `@${piece.range}`),
  usergroup: (piece) => el("span", { class: "mention" }, `@${piece.usergroup_id}`),
  date: (piece) => slackDate(piece.timestamp, piece.format, piece.fallback || ""),
  color: (piece) => piece.value,
};

const inside = (section) =>
  (section.elements || []).flatMap((piece) => {
    const node = PIECES[piece.type]?.(piece) ?? "";
    return piece.style ? [styled(piece, el("span", {}, node))] : node;
  });

const SECTIONS = {
  rich_text_section: (section) => el("div", {}, inside(section)),
  rich_text_preformatted: (section) => el("pre", {}, inside(section)),
  rich_text_quote: (section) => el("blockquote", {}, inside(section)),
  rich_text_list: (section) =>
    el(section.style === "ordered" ? "ol" : "ul", { class: `indent-${section.indent || 0}`, start: section.offset ? section.offset + 1 : null },
      (section.elements || []).map((one) => el("li", {}, inside(one)))),
};

export const richText = (block) =>
  el("div", { class: "rich" }, (block.elements || []).map((section) => SECTIONS[section.type]?.(section)));
