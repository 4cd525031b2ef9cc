// One message, as this person sees it: who, when, its blocks, its reactions, and what can be done with it.
import { post, press } from "./api.js";
import { avatar, roleBadgeOf } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { el, icon, iconButton } from "./dom.js";
import { QUICK, emojiLabel, shown } from "./emoji.js";
import { anchor, mrkdwn } from "./mrkdwn.js";
import { closePopup, openMenu, openPopup } from "./popup.js";
import { openThread } from "./route.js";
import { isBot, nameOf, store } from "./store.js";
import { ago, clockTime, fromTs, fullTime } from "./time.js";
import { say, warn } from "./toasts.js";

const attempt = (promise) => promise.catch((trouble) => warn(trouble.message));

function react(room, message, name, present) {
  return attempt(post("reaction", { user: store.me, channel: room.id, ts: message.ts, name, present }));
}

function pickReaction(anchorNode, room, message) {
  const choose = (name) => () => {
    closePopup();
    react(room, message, name, true);
  };
  openPopup(anchorNode, el("div", { class: "emoji-grid", role: "menu" }, QUICK.map((name) =>
    el("button", { type: "button", role: "menuitem", "aria-label": emojiLabel(name), title: `:${name}:`,
      testid: `react-${name}`, onclick: choose(name) }, shown(name)))), { align: "end" });
}

async function copyLink(message) {
  try {
    await navigator.clipboard.writeText(message.permalink);
    say("The link is copied.");
  } catch {
    warn(`Couldn't reach the clipboard. The link is ${message.permalink}`);
  }
}

function more(anchorNode, room, message) {
  const shortcuts = (store.state.shortcuts || []).filter((one) => one.type === "message").map((one) => ({
    label: one.name,
    hint: one.description,
    testid: `shortcut-${one.callback_id}`,
    run: () => attempt(press("shortcut", { user: store.me, callback_id: one.callback_id, channel: room.id, ts: message.ts })),
  }));
  const rest = [
    { label: "Reply in thread", run: () => openThread(message.thread_ts || message.ts) },
    message.permalink && { label: "Copy link", run: () => copyLink(message) },
  ].filter(Boolean);
  openMenu(anchorNode, [...shortcuts, ...(shortcuts.length ? [null] : []), ...rest], { align: "end" });
}

function tools(room, message, inThread) {
  const quick = ["memo", "eyes", "white_check_mark"].map((name) =>
    el("button", { type: "button", class: "icon-button emoji-button quick", title: `React with :${name}:`,
      "aria-label": `React with ${emojiLabel(name)}`, testid: `quick-${name}`, onclick: () => react(room, message, name, true) }, shown(name)));
  const smile = iconButton("smile", "Add a reaction", { "aria-haspopup": "menu", onclick: () => pickReaction(smile, room, message) });
  const dots = iconButton("more", "More: shortcuts and link", { "aria-haspopup": "menu", testid: `more-${message.ts}`,
    onclick: () => more(dots, room, message) });
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Message" }, quick, smile,
    !inThread && iconButton("reply", "Reply in thread", { testid: `reply-${message.ts}`,
      onclick: () => openThread(message.thread_ts || message.ts) }), dots);
}

function reactions(room, message) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map(({ name, users }) => {
    const mine = users.includes(store.me);
    const who = `${users.map(nameOf).join(", ")} reacted with :${name}:`;
    return el("button", { type: "button", class: mine ? "reaction mine" : "reaction", "aria-pressed": String(mine), title: who,
      "aria-label": who, testid: `reaction-${name}`, onclick: () => react(room, message, name, !mine) },
      el("span", {}, shown(name)), el("span", { class: "count" }, String(users.length)));
  }));
}

function replies(message, repliers) {
  if (!message.reply_count) return null;
  const last = repliers.length ? repliers[repliers.length - 1] : null;
  const people = [...new Set(repliers.map((one) => one.user))].slice(0, 4);
  return el("button", { type: "button", class: "replies", testid: `replies-${message.ts}`, onclick: () => openThread(message.ts) },
    el("span", { class: "faces" }, people.map((id) => avatar(id, "tiny"))),
    el("strong", {}, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    last && el("span", { class: "faint" }, `last reply ${ago(fromTs(last.ts))}`));
}

const fileCard = (file) =>
  el("div", { class: "file" }, icon("file", 22),
    el("span", { class: "file-words" }, el("strong", {}, file.title || file.name || "File"),
      el("small", {}, [file.pretty_type || file.filetype || file.mimetype, file.size && `${Math.ceil(file.size / 1024)} KB`].filter(Boolean).join(" · "))),
    (file.url_private || file.permalink || file.url) && anchor(file.url_private_download || file.url_private || file.permalink || file.url, "Open"));

const tint = (colour) => (/^#?[0-9a-f]{6}$/i.test(colour || "") ? { "border-left-color": `#${colour.replace("#", "")}` } : {});

// An attachment, or what the bot unfurled of a link: the same box with a bar beside it.
const attached = (one, room, message) =>
  el("div", { class: "unfurl", style: tint(one.color) },
    one.pretext && el("div", { class: "words" }, mrkdwn(one.pretext)),
    one.title && el("strong", {}, one.title_link ? anchor(one.title_link, one.title) : one.title),
    one.blocks?.length ? drawBlocks(one.blocks, { where: () => ({ channel: room.id, ts: message.ts }) })
      : el("div", { class: "words" }, mrkdwn(one.text || one.fallback || "")));

function body(room, message) {
  const where = () => ({ channel: room.id, ts: message.ts });
  return [
    message.blocks?.length ? drawBlocks(message.blocks, { where }) : el("div", { class: "words" }, mrkdwn(message.text)),
    [...(message.attachments || []), ...(message.unfurls || [])].map((one) => attached(one, room, message)),
    (message.files || []).map(fileCard),
  ];
}

// compact: the same author a moment later, so that the name isn't repeated.
export function drawMessage(room, message, { compact = false, inThread = false, repliers = [] } = {}) {
  const at = fromTs(message.ts);
  const time = el("time", { datetime: at.toISOString(), title: fullTime(at) }, clockTime(at));
  const edited = message.edited && el("span", { class: "faint edited" }, " (edited)");
  return el("article", { class: `message${compact ? " compact" : ""}${message.ephemeral ? " ephemeral" : ""}`, testid: `message-${message.ts}`,
    "data-ts": message.ts, "data-app": message.bot || isBot(message.user) ? "yes" : null, tabindex: "-1", "aria-label": `${message.name || nameOf(message.user)}, ${clockTime(at)}` },
    el("div", { class: "gutter" }, compact ? time : avatar(message.user)),
    el("div", { class: "content" },
      message.ephemeral && el("p", { class: "only-you", testid: "only-you" }, icon("eye", 14), "Only visible to you"),
      !compact && el("p", { class: "byline" },
        el("strong", {}, message.name || nameOf(message.user)),
        (message.bot || isBot(message.user)) && el("span", { class: "app-badge" }, "APP"), roleBadgeOf(message.user), time, edited),
      body(room, message),
      compact && edited,
      reactions(room, message),
      !inThread && replies(message, repliers),
    ),
    !message.ephemeral && tools(room, message, inThread),
  );
}
