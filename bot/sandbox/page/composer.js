// Where a person writes: messages, slash commands, and the bot's global shortcuts under the bolt.
import { post, press } from "./api.js";
import { makeCompletion } from "./completion.js";
import { el, icon, iconButton } from "./dom.js";
import { openMenu } from "./popup.js";
import { store } from "./store.js";
import { warn } from "./toasts.js";

const drafts = new Map();
const tidy = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// As Slack's own client sends it: names become ids, addresses get their brackets, the rest is escaped.
function encode(text) {
  const person = (name) => (name === store.state.bot.name ? store.state.bot.user_id : store.state.users.find((one) => one.name === name)?.id);
  const room = (name) => store.state.channels.find((one) => !one.is_im && one.name === name);
  return tidy(text)
    .replace(/(^|\s)(https?:\/\/\S+)/g, "$1<$2>")
    .replace(/(^|\s)@([\w.-]*\w)/g, (whole, space, name) => (person(name) ? `${space}<@${person(name)}>` : whole))
    .replace(/(^|\s)#([\w-]+)/g, (whole, space, name) => (room(name) ? `${space}<#${room(name).id}|${name}>` : whole));
}

async function sendText(text, place, inThread) {
  const command = /^(\/\S+)(?:\s+([\s\S]*))?$/.exec(text);
  if (command && inThread) throw new Error("Slash commands don't work in a thread. Use them in the channel itself.");
  if (command) return post("command", { user: store.me, ...place, command: command[1], text: command[2] || "" });
  if (/^https?:\/\/\S+$/.test(text) && !inThread) return post("link", { user: store.me, ...place, url: text });
  return post("message", { user: store.me, ...place, text: encode(text) });
}

function shortcutMenu(anchor) {
  const all = (store.state.shortcuts || []).filter((one) => one.type === "global");
  const none = { label: "The bot offers no shortcuts yet", run: () => {} };
  openMenu(anchor, all.length ? all.map((one) => ({
    label: one.name, hint: one.description, testid: `shortcut-${one.callback_id}`,
    run: () => press("shortcut", { user: store.me, callback_id: one.callback_id }).catch((trouble) => warn(trouble.message)),
  })) : [none]);
}

export function makeComposer({ testid, place, inThread = false }) {
  const field = el("textarea", { rows: 1, testid, "aria-label": "Write a message", autocomplete: "off", role: "combobox", "aria-expanded": "false",
    "aria-haspopup": "listbox", "aria-autocomplete": "list" });
  const completion = makeCompletion(field);
  const trouble = el("p", { class: "error", role: "alert", testid: `${testid}-error`, hidden: true });
  const send = el("button", { type: "button", class: "send", testid: inThread ? "thread-send" : "send", "aria-label": "Send", title: "Send (Enter)",
    disabled: true, onclick: () => submit() }, icon("send", 18));
  const bolt = iconButton("bolt", "Shortcuts", { "aria-haspopup": "menu", testid: "shortcuts", onclick: () => shortcutMenu(bolt) });
  const node = el("div", { class: "composer" }, completion.node, trouble,
    el("div", { class: "composer-box" }, !inThread && bolt, field, send));
  let key = null;

  function grow() {
    field.style.setProperty("height", "auto");
    field.style.setProperty("height", `${Math.min(field.scrollHeight, 180)}px`);
    send.disabled = !field.value.trim();
  }

  function blame(message) {
    trouble.textContent = message || "";
    trouble.hidden = !message;
  }

  async function submit() {
    const text = field.value.trim();
    if (!text) return;
    const [target, sentKey] = [place(), key];
    field.value = "";
    drafts.delete(sentKey);
    blame(null);
    completion.close();
    grow();
    try {
      await sendText(text, target, inThread);
    } catch (error) {
      // The words go back where they were: nothing typed is lost.
      if (sentKey === key && !field.value) field.value = text;
      else drafts.set(sentKey, text);
      blame(error.message);
      grow();
    }
  }

  field.addEventListener("input", () => {
    drafts.set(key, field.value);
    blame(null);
    grow();
    completion.look();
  });
  field.addEventListener("blur", () => completion.close());
  field.addEventListener("keydown", (event) => {
    if (completion.key(event) || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });

  return {
    node,
    // Each place and person keeps its own draft.
    refresh(placeholder) {
      const { channel, thread_ts: thread } = place();
      const next = `${store.me}.${channel}.${thread || ""}`;
      field.placeholder = placeholder;
      if (next === key) return;
      key = next;
      field.value = drafts.get(key) || "";
      blame(null);
      completion.close();
      grow();
    },
  };
}
