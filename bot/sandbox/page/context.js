// What an element needs from where it stands: whose block it is, what it holds, and where its action goes.
import { press } from "./api.js";
import { confirmed } from "./confirm.js";
import { store } from "./store.js";
import { warn } from "./toasts.js";
import { initial } from "./values.js";

// where: () => {channel, ts} | {view_id}; form: the values of the view, if it has any.
export function makeContext({ where, form = null, block, afterwards }) {
  const input = block.type === "input";
  const dispatches = !input || Boolean(block.dispatch_action);
  const keep = (element, state) => form && form.set(block.block_id, element.action_id, state);
  const context = {
    where,
    input,
    dispatches,
    keep,
    blockId: block.block_id,
    label: block.label?.text || "",
    read: (element) => (form ? form.get(block.block_id, element) : initial(element)),
    changed(element, state) {
      keep(element, state);
      if (!dispatches) return undefined;
      const { type: _, ...said } = state;
      return context.act(element, said);
    },
    async act(element, said, node) {
      if (!(await confirmed(element.confirm))) return;
      node?.setAttribute("aria-busy", "true");
      const body = { user: store.me, ...where(), action_id: element.action_id, block_id: block.block_id, ...said };
      if (form) body.values = form.values;
      try {
        await press("action", body);
      } catch (trouble) {
        warn(trouble.message);
      } finally {
        node?.removeAttribute("aria-busy");
        afterwards?.();
      }
    },
  };
  return context;
}
