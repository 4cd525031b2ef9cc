// "Are you sure?", as the bot worded it on the button.
import { focusFirst, showDialog } from "./dialog.js";
import { el } from "./dom.js";
import { flat, words } from "./mrkdwn.js";

export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (yes) => {
      take();
      resolve(yes);
    };
    const style = question.style === "danger" ? "danger-solid" : "primary";
    const panel = el("div", { class: "panel small", testid: "confirm" },
      el("header", {}, el("h2", {}, flat(question.title))),
      el("div", { class: "panel-body" }, el("p", {}, words(question.text))),
      el("footer", {},
        el("button", { type: "button", testid: "confirm-no", onclick: () => end(false) }, flat(question.deny) || "No"),
        el("button", { type: "button", class: style, testid: "confirm-yes", onclick: () => end(true) }, flat(question.confirm) || "Yes"),
      ),
    );
    const take = showDialog(panel, { label: flat(question.title), onescape: () => end(false) });
    focusFirst(panel);
    panel.querySelector("[data-testid=confirm-yes]").focus();
  });
}
