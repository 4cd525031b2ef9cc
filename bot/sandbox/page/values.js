// The shapes Slack gives the state of an element, by its type: one place, for reading, starting and sending.

const FIELD = {
  plain_text_input: "value",
  number_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  rich_text_input: "rich_text_value",
  static_select: "selected_option",
  external_select: "selected_option",
  radio_buttons: "selected_option",
  overflow: "selected_option",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  checkboxes: "selected_options",
  users_select: "selected_user",
  multi_users_select: "selected_users",
  conversations_select: "selected_conversation",
  multi_conversations_select: "selected_conversations",
  channels_select: "selected_channel",
  multi_channels_select: "selected_channels",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
};

const INITIAL = {
  value: "initial_value",
  rich_text_value: "initial_value",
  selected_option: "initial_option",
  selected_options: "initial_options",
  selected_user: "initial_user",
  selected_users: "initial_users",
  selected_conversation: "initial_conversation",
  selected_conversations: "initial_conversations",
  selected_channel: "initial_channel",
  selected_channels: "initial_channels",
  selected_date: "initial_date",
  selected_time: "initial_time",
  selected_date_time: "initial_date_time",
};

const MANY = new Set(["selected_options", "selected_users", "selected_conversations", "selected_channels"]);

const holdsState = (element) => element.type in FIELD && element.type !== "overflow";

export function answer(element, value) {
  return { type: element.type, [FIELD[element.type]]: value };
}

export function initial(element) {
  const field = FIELD[element.type];
  return answer(element, element[INITIAL[field]] ?? (MANY.has(field) ? [] : null));
}

export const valueOf = (element, state) => state?.[FIELD[element.type]] ?? (MANY.has(FIELD[element.type]) ? [] : null);

// What was typed into a view, kept while the view is redrawn: an update of the view must not cost anyone their words.
export class Form {
  constructor() {
    this.values = {};
  }

  has(blockId, actionId) {
    return Boolean(this.values[blockId] && actionId in this.values[blockId]);
  }

  get(blockId, element) {
    return this.has(blockId, element.action_id) ? this.values[blockId][element.action_id] : initial(element);
  }

  set(blockId, actionId, state) {
    this.values[blockId] = { ...this.values[blockId], [actionId]: state };
  }

  // Blocks that are gone take their values with them; those that stayed keep what was typed.
  adopt(view) {
    const kept = {};
    for (const [blockId, element] of statefulIn(view)) {
      const said = view.state?.values?.[blockId]?.[element.action_id];
      const state = this.has(blockId, element.action_id) ? this.get(blockId, element) : said || initial(element);
      kept[blockId] = { ...kept[blockId], [element.action_id]: state };
    }
    this.values = kept;
  }
}

function* statefulIn(view) {
  for (const block of view.blocks || []) {
    const elements = block.type === "input" ? [block.element] : [block.accessory, ...(block.elements || [])];
    for (const element of elements) if (element && holdsState(element) && element.action_id) yield [block.block_id, element];
  }
}
