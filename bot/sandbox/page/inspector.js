// The traffic between the bot and this Slack: every call and every event, and a way to break the next ones.
import { get, post } from "./api.js";
import { append, el, iconButton, replace } from "./dom.js";
import { on } from "./store.js";
import { stampTime } from "./time.js";
import { say, warn } from "./toasts.js";

const KEPT = 400;
const FAULTS = ["drop_reply", "http_500_before", "http_500_after", "internal_error_before", "internal_error_after", "http_504_late",
  "drop_reply_late", "delay",
  "rate_limited", "error:NAME", "disconnect", "deliver_twice"];
const pane = () => document.getElementById("inspector");
const rows = el("div", { class: "traffic", testid: "traffic", role: "log", "aria-label": "Traffic", tabindex: "0" });
const filter = el("input", { type: "search", class: "field", placeholder: "Filter, like chat.postMessage", "aria-label": "Filter the traffic",
  testid: "traffic-filter", oninput: () => sift() });
const methods = el("datalist", { id: "methods" });
const known = new Set(["*", "chat.postMessage", "chat.update", "views.open", "conversations.history"]);
let last = 0;
let loading = false;

const pretty = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2)) ?? "–";
const good = (entry) => !entry.fault && Number(entry.status) < 400 && entry.response?.ok !== false;

function row(entry) {
  const detail = el("div", { class: "traffic-detail" });
  const node = el("details", { class: good(entry) ? "call" : "call bad", "data-words": `${entry.method} ${entry.direction} ${entry.status}`.toLowerCase() },
    el("summary", {},
      el("span", { class: `way ${entry.direction}`, title: entry.direction === "api" ? "The bot called Slack" : "Slack told the bot" },
        entry.direction === "api" ? "bot →" : "→ bot"),
      el("span", { class: "method" }, entry.method),
      entry.fault && el("span", { class: "fault" }, entry.fault),
      el("span", { class: "status" }, String(entry.response?.error || entry.status || "")),
      el("span", { class: "ms" }, entry.ms === null || entry.ms === undefined ? "" : `${Math.round(entry.ms)} ms`),
      el("time", { datetime: entry.at }, stampTime(new Date(entry.at)))), detail);
  node.addEventListener("toggle", () => node.open && !detail.childNodes.length && append(detail, [
    el("h4", {}, "Request"), el("pre", {}, pretty(entry.request)), el("h4", {}, "Response"), el("pre", {}, pretty(entry.response))]));
  return node;
}

function sift() {
  const needle = filter.value.trim().toLowerCase();
  for (const node of rows.children) node.hidden = Boolean(needle) && !node.dataset.words.includes(needle);
}

async function refreshTraffic() {
  if (pane().hidden || loading) return;
  loading = true;
  try {
    const found = await get("traffic", { after: last, limit: 200 });
    const atEnd = rows.scrollHeight - rows.scrollTop - rows.clientHeight < 60;
    for (const entry of found) {
      last = Math.max(last, entry.n);
      known.add(entry.method);
      rows.append(row(entry));
    }
    while (rows.children.length > KEPT) rows.firstChild.remove();
    replace(methods, [...known].sort().map((name) => el("option", { value: name })));
    sift();
    if (atEnd) rows.scrollTop = rows.scrollHeight;
  } catch (trouble) {
    warn(trouble.message);
  } finally {
    loading = false;
  }
}

function faultForm() {
  const method = el("input", { class: "field", list: "methods", value: "chat.postMessage", "aria-label": "Method", testid: "fault-method" });
  const kind = el("input", { class: "field", list: "fault-kinds", placeholder: "drop_reply", "aria-label": "Kind of fault", testid: "fault-kind" });
  const times = el("input", { class: "field few", type: "number", min: 1, value: 1, "aria-label": "How many times", testid: "fault-times" });
  const seconds = el("input", { class: "field few", type: "number", min: 0, step: "any", placeholder: "s", "aria-label": "Seconds, for a delay", testid: "fault-seconds" });
  const send = async (body, done) => {
    try {
      await post("fault", body);
      say(done);
    } catch (trouble) {
      warn(trouble.message);
    }
  };
  const breakIt = (event) => {
    event.preventDefault();
    const body = { method: method.value || "*", kind: kind.value || "drop_reply", times: Number(times.value) || 1 };
    if (seconds.value) body.seconds = Number(seconds.value);
    send(body, `The next ${body.times > 1 ? `${body.times} calls` : "call"} of ${body.method} will break: ${body.kind}.`);
  };
  return el("form", { class: "faults", "aria-label": "Break something", onsubmit: breakIt },
    el("span", {}, "Break"), method, el("span", {}, "with"), kind, el("span", {}, "×"), times, seconds,
    el("button", { type: "submit", class: "danger", testid: "fault-set" }, "Break it"),
    el("button", { type: "button", testid: "fault-clear", onclick: () => send({ clear: true }, "Everything works again.") }, "Mend all"),
    methods, el("datalist", { id: "fault-kinds" }, FAULTS.map((one) => el("option", { value: one }))));
}

export function toggleInspector(open = pane().hidden) {
  pane().hidden = !open;
  document.querySelector("[data-testid=inspector]").setAttribute("aria-expanded", String(open));
  if (!open) return;
  if (!rows.isConnected) {
    replace(pane(), el("header", {}, el("h2", {}, "Traffic"), filter,
      el("button", { type: "button", onclick: () => rows.replaceChildren() }, "Clear"),
      iconButton("close", "Close the inspector", { onclick: () => toggleInspector(false) })), faultForm(), rows);
  }
  refreshTraffic();
}

on("traffic", refreshTraffic);
