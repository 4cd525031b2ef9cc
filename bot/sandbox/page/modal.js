// The modal the bot opened for this person: the top one of its stack, with what was typed kept across updates.
import { get, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { focusFirst, showDialog } from "./dialog.js";
import { el, iconButton, replace, sprout, whenLifted } from "./dom.js";
import { flat } from "./mrkdwn.js";
import { bot, on, store } from "./store.js";
import { warn } from "./toasts.js";
import { Form } from "./values.js";

const forms = new Map(); // view id → Form
let shown = null; // {id, print, panel, take}
let asked = 0;

async function refreshModal() {
  const turn = (asked += 1);
  let view;
  try {
    view = await get("view", { user: store.me });
  } catch (trouble) {
    warn(trouble.message);
    return;
  }
  const draw = () => turn === asked && show(view);
  if (shown) whenLifted(shown.panel, draw);
  else draw();
}

function dismiss() {
  shown?.take();
  shown = null;
  forms.clear();
}

function show(view) {
  if (!view) {
    dismiss();
    return;
  }
  const print = JSON.stringify([view.id, view.hash, view.blocks, view.title, view.errors]);
  if (shown && shown.print === print) return;
  if (!forms.has(view.id)) forms.set(view.id, new Form());
  forms.get(view.id).adopt(view);
  if (!shown) {
    const panel = el("div", { class: "panel", testid: "modal" });
    shown = { panel, take: showDialog(panel, { label: flat(view.title), onescape: () => close() }) };
  }
  shown.panel.setAttribute("aria-label", flat(view.title));
  const moved = shown.id !== view.id;
  const held = document.activeElement?.dataset?.testid;
  const top = shown.panel.querySelector(".panel-body")?.scrollTop || 0;
  Object.assign(shown, { id: view.id, print, view });
  draw(view, view.errors || {});
  if (moved) focusFirst(shown.panel);
  else {
    shown.panel.querySelector(".panel-body").scrollTop = top;
    if (held) shown.panel.querySelector(`[data-testid="${CSS.escape(held)}"]`)?.focus();
  }
}

function draw(view, errors, problem) {
  const form = forms.get(view.id);
  const where = () => ({ view_id: view.id });
  const stacked = Boolean(view.previous_view_id);
  const send = view.submit && el("button", { type: "submit", class: "primary", testid: "modal-submit" }, flat(view.submit));
  const body = el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(view, send); } },
    el("div", { class: "panel-body", "data-body": true },
      problem && el("p", { class: "banner", role: "alert", testid: "modal-problem" }, problem),
      drawBlocks(view.blocks, { where, form, errors })),
    el("footer", {},
      el("button", { type: "button", testid: "modal-close", onclick: () => close() }, flat(view.close) || (stacked ? "Back" : "Close")), send));
  replace(shown.panel,
    el("header", {}, stacked && iconButton("back", "Back", { onclick: () => close() }), el("span", { class: "app-mark" }, sprout(18)),
      el("h2", { testid: "modal-title" }, flat(view.title)), iconButton("close", "Close", { onclick: () => close(), testid: "modal-x" })), body);
}

async function submit(view, button) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  const form = forms.get(view.id);
  let answer;
  try {
    answer = await post("submit", { user: store.me, view_id: view.id, values: form.values });
  } catch (trouble) {
    // The words stay where they are; the person can copy them or try again.
    answer = { ok: false, problem: `${trouble.message} What you typed is still here.` };
  }
  if (answer.ok) {
    await refreshModal();
    return;
  }
  if (shown?.id !== view.id) return;
  const errors = answer.errors || {};
  const known = new Set((view.blocks || []).map((block) => block.block_id));
  const rest = Object.entries(errors).filter(([block]) => !known.has(block)).map(([, message]) => message);
  const unanswered = Object.keys(errors).length ? null : `${bot().name} didn't accept this. What you typed is still here.`;
  const top = shown.panel.querySelector(".panel-body").scrollTop;
  draw(shown.view, errors, answer.problem || (answer.error && `${bot().name} didn't take this (${answer.error}). What you typed is still here.`) || rest.join(" ") || unanswered);
  shown.panel.querySelector(".panel-body").scrollTop = top;
  const wrong = shown.panel.querySelector("[aria-invalid]");
  (wrong || shown.panel.querySelector("[data-testid=modal-submit]")).focus();
  wrong?.scrollIntoView({ block: "nearest" });
}

async function close() {
  if (!shown) return;
  try {
    await post("close", { user: store.me, view_id: shown.id });
  } catch (trouble) {
    warn(trouble.message);
  }
  await refreshModal();
}

on("view", (who) => (!who || who === store.me) && refreshModal());
on("person", () => {
  dismiss();
  refreshModal();
});
