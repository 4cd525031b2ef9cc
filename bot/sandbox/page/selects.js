// Which list each kind of select offers, and how a choice becomes the answer Slack would send.
import { post } from "./api.js";
import { flat } from "./mrkdwn.js";
import { listed, picker } from "./picker.js";
import { channel, isMember, nameOf, store, titleOf } from "./store.js";
import { answer, valueOf } from "./values.js";

const option = (value, text, description) => ({ value, text: { type: "plain_text", text }, ...(description && { description }) });

const people = () => [{ options: store.state.users.map((one) => option(one.id, one.real_name || one.name, one.title || "")) }];

function rooms(element) {
  const filter = element.filter || {};
  const kinds = filter.include;
  const fits = (room) => {
    const kind = room.is_im ? "im" : room.is_private ? "private" : "public";
    if (element.type.includes("channels_select")) return kind === "public";
    return (!kinds || kinds.includes(kind)) && !(filter.exclude_external_shared_channels && room.is_ext_shared);
  };
  const seen = store.state.channels.filter((room) => !room.is_archived && (isMember(room) || (!room.is_im && !room.is_private)));
  return [{ options: seen.filter(fits).map((room) => option(room.id, (room.is_im ? "" : "#") + titleOf(room))) }];
}

function external(element, context) {
  const least = element.min_query_length ?? 3;
  return async (query) => {
    if (query.length < least) return [{ options: [], label: null }];
    const found = await post("suggest", { user: store.me, ...context.where(), action_id: element.action_id, block_id: context.blockId, value: query });
    return found.option_groups?.length ? found.option_groups : [{ options: found.options || [] }];
  };
}

function offered(element, context) {
  if (element.type.includes("external")) return external(element, context);
  if (element.type.includes("users")) return listed(people());
  if (element.type.includes("conversations") || element.type.includes("channels")) return listed(rooms(element));
  return listed(element.option_groups || [{ options: element.options || [] }]);
}

const byId = (element) => !/(static|external)_select$/.test(element.type);

function named(element, id) {
  if (element.type.includes("users")) return option(id, nameOf(id));
  const room = channel(id);
  return option(id, room ? (room.is_im ? "" : "#") + titleOf(room) : id);
}

export function select(element, context) {
  const multiple = element.type.startsWith("multi_");
  const value = valueOf(element, context.read(element));
  const ids = (multiple ? value : [value]).filter(Boolean);
  const onchange = (chosen) => {
    const picks = byId(element) ? chosen.map((one) => one.value) : chosen;
    context.changed(element, answer(element, multiple ? picks : picks[0] ?? null));
  };
  onchange.canClear = context.input;
  const count = (element.options || []).length;
  return picker({
    label: context.label || flat(element.placeholder) || "Choose",
    placeholder: flat(element.placeholder),
    source: offered(element, context),
    chosen: byId(element) ? ids.map((id) => named(element, id)) : ids,
    multiple,
    most: element.max_selected_items,
    testid: `action-${element.action_id}`,
    searchable: element.type !== "static_select" || Boolean(element.option_groups) || count > 7,
    onchange,
  });
}
