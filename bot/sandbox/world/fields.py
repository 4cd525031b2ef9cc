"""The fields inside blocks: which there are, what they start with, what an entered value looks like.

The shape of a value is the one of `view.state.values` and of the actions in `block_actions`.
"""

import uuid
from collections.abc import Iterator
from typing import Any

Element = dict[str, Any]
Block = dict[str, Any]
State = dict[str, dict[str, dict[str, Any]]]
"""`state.values`: by block id, by action id."""

INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", None),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", None),
}
"""For each element type: the key that holds its value, and the property it starts from."""

OPTION_KEYS = frozenset({"selected_option", "selected_options"})
WITHOUT_STATE = frozenset({"button", "image", "overflow"})


def elements_of(block: Block) -> list[Element]:
    """The elements of a block, whatever place they have in it; of a container those of all its blocks."""
    found = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    inside = [element for child in block.get("child_blocks") or [] for element in elements_of(child)]
    return [*(element for element in found if isinstance(element, dict)), *inside]


def named_elements(blocks: list[Block]) -> Iterator[tuple[str, str, Element]]:
    """(block_id, action_id, element) of every element that keeps a value."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in INITIAL and element["type"] not in WITHOUT_STATE:
                yield block["block_id"], element["action_id"], element


def name_everything(blocks: list[Block]) -> list[Block]:
    """The blocks with an id on each block and each interactive element, as Slack adds them."""
    named = []
    for original in blocks:
        block = dict(original)
        block.setdefault("block_id", uuid.uuid4().hex[:5])
        for place in ("accessory", "element"):
            if isinstance(block.get(place), dict):
                block[place] = _named(block[place])
        if block.get("type") in ("actions", "context_actions"):
            block["elements"] = [_named(element) for element in block["elements"]]
        named.append(block)
    return named


def _named(element: Element) -> Element:
    if element.get("type") == "image" or "action_id" in element:
        return element
    return {**element, "action_id": uuid.uuid4().hex[:5]}


def initial_state(blocks: list[Block]) -> State:
    """`state.values` before anyone touched a field."""
    values: State = {}
    for block_id, action_id, element in named_elements(blocks):
        key, initial = INITIAL[element["type"]]
        start = element.get(initial) if initial else None
        empty: Any = [] if key in ("selected_options", "files") or key.endswith("s") else None
        state = {"type": element["type"], key: start if start is not None else empty}
        values.setdefault(block_id, {})[action_id] = state
    return values


def find_element(blocks: list[Block], action_id: str, block_id: str | None) -> tuple[Block, Element] | None:
    """The block and the element with this action_id (and block_id, when given)."""
    for block in blocks:
        if block_id and block["block_id"] != block_id:
            continue
        for element in elements_of(block):
            if element.get("action_id") == action_id:
                return block, element
    return None


def entered_state(element: Element, given: Any) -> dict[str, Any]:
    """The state of a field in which somebody entered `given`.

    `given` is a plain value (a string, a list of strings for the multi ones) or an object in Slack's own shape.
    Raises LookupError when a select has no such option.
    """
    kind = element["type"]
    key = INITIAL[kind][0]
    value = given.get(key, given.get("value")) if isinstance(given, dict) else given
    if key == "selected_option":
        value = _option(element, value) if value is not None else None
    elif key == "selected_options":
        value = [_option(element, item) for item in value or []]
    elif kind == "number_input" and value is not None:
        value = str(value)
    elif kind == "datetimepicker" and value is not None:
        value = int(value)
    elif key == "value" and value == "":
        value = None
    return {"type": kind, key: value}


def is_empty(state: dict[str, Any]) -> bool:
    """Whether nothing was entered in a field."""
    return all(value in (None, "", []) for key, value in state.items() if key != "type")


def options_of(element: Element) -> list[dict[str, Any]]:
    """The options of a select, those in groups included."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def _option(element: Element, wanted: Any) -> dict[str, Any]:
    if isinstance(wanted, dict) and element["type"] in ("external_select", "multi_external_select"):
        return wanted
    value = wanted["value"] if isinstance(wanted, dict) else wanted
    if element["type"] in ("external_select", "multi_external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    for option in options_of(element):
        if option.get("value") == value:
            return option
    raise LookupError(f"The field {element['action_id']} has no option {value!r}.")
