"""The blocks, which surface takes which, and what must hold among all blocks of one message or view."""

from typing import Any

from bot.sandbox.strict.composition import BLOCK_ID, plain, text
from bot.sandbox.strict.elements import BUTTON, IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION, PICTURE
from bot.sandbox.strict.formats import either
from bot.sandbox.strict.rich_text import rich_text
from bot.sandbox.strict.shapes import Check, anything, both, flag, items, note, one_of, shape, string
from bot.sandbox.strict.tables import (
    CHARTS_PER_MESSAGE,
    DATA_TABLE,
    DATA_VISUALIZATION,
    TABLE,
    TABLES_PER_MESSAGE,
)
from bot.sandbox.world.fields import elements_of

BLOCKS_PER_MESSAGE = 50
BLOCKS_PER_VIEW = 100
TABULAR = frozenset({"table", "data_table", "data_visualization"})
ID: dict[str, Check] = {"block_id": BLOCK_ID}


def _says_something(block: Any, path: str, findings: list[str]) -> None:
    if isinstance(block, dict) and not (block.get("text") or block.get("fields")):
        note(findings, path, "section must have text or fields")


SECTION = both(
    shape(
        optional={
            **ID,
            "text": text(3000),
            "fields": items(text(2000), 1, 10),
            "accessory": one_of(IN_SECTION),
            "expand": flag,
        }
    ),
    _says_something,
)

EVERYWHERE: dict[str, Check] = {
    "section": SECTION,
    "divider": shape(optional=ID),
    "header": shape({"text": plain(150)}, ID),
    "context": shape({"elements": items(one_of(IN_CONTEXT), 1, 10)}, ID),
    "actions": shape({"elements": items(one_of(IN_ACTIONS), 1, 25)}, ID),
    "image": both(
        shape({"alt_text": string(2000)}, {**ID, **PICTURE, "title": plain(2000)}),
        either("image_url", "slack_file"),
    ),
    "input": shape(
        {"label": plain(2000), "element": one_of(IN_INPUT)},
        {**ID, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": rich_text(0, ID),
}
CONTEXT_ACTIONS = shape({"elements": items(one_of({"icon_button": anything, "button": BUTTON}), 1, 5)}, ID)
CONTAINED = {name: EVERYWHERE[name] for name in ("section", "divider", "header", "context", "actions", "image")}
"""What documentation and validator both let into a container."""


def _divides_or_folds(block: Any, path: str, findings: list[str]) -> None:
    if isinstance(block, dict) and block.get("is_collapsible") is True and block.get("has_header_divider") is True:
        note(findings, path, "has_header_divider cannot be set when is_collapsible is true")
    if isinstance(block, dict) and block.get("default_collapsed") is True and block.get("is_collapsible") is not True:
        note(findings, path, "default_collapsed needs is_collapsible")


CONTAINER = both(
    shape(
        {"title": plain(150), "child_blocks": items(one_of(CONTAINED), 1, 10)},
        {
            **ID,
            "subtitle": text(150),
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
    ),
    _divides_or_folds,
)
IN_MESSAGE = {
    **EVERYWHERE,
    "container": CONTAINER,
    "markdown": shape({"text": string(12_000, 1)}, ID),
    "context_actions": CONTEXT_ACTIONS,
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
}
IN_HOME = {**EVERYWHERE, "data_table": DATA_TABLE, "data_visualization": DATA_VISUALIZATION}
IN_MODAL = EVERYWHERE

MESSAGE_BLOCKS = items(one_of(IN_MESSAGE), 0, BLOCKS_PER_MESSAGE)
MODAL_BLOCKS = items(one_of(IN_MODAL), 0, BLOCKS_PER_VIEW)
HOME_BLOCKS = items(one_of(IN_HOME), 0, BLOCKS_PER_VIEW)


def check_together(blocks: list[Any], path: str, findings: list[str]) -> None:
    """What no block can see alone: ids that repeat, two tables, three charts, two fields that want the focus."""
    seen: set[str] = set()
    focused = 0
    for index, block in enumerate(blocks):
        here = f"{path}/{index}"
        block_id = block.get("block_id")
        if block_id in seen:
            note(findings, here, f"`block_id` {block_id} already exists for another block")
        if block_id:
            seen.add(block_id)
        elements = elements_of(block)
        names = [element["action_id"] for element in elements if element.get("action_id")]
        for name in sorted({name for name in names if names.count(name) > 1}):
            note(findings, here, f"`action_id` {name} already exists for another element")
        focused += sum(1 for element in elements if element.get("focus_on_load"))
    if focused > 1:
        note(findings, path, "only one element can have focus_on_load")
    if sum(1 for block in blocks if block.get("type") == "data_visualization") > CHARTS_PER_MESSAGE:
        note(findings, path, f"only {CHARTS_PER_MESSAGE} data_visualization allowed")
    if len(tables_in(blocks)) > TABLES_PER_MESSAGE:
        note(findings, path, "only_one_table_allowed")


def tables_in(blocks: list[Any]) -> list[Any]:
    """The tables of both kinds: together they are one family, of which one is allowed."""
    return [block for block in blocks if isinstance(block, dict) and block.get("type") in ("table", "data_table")]


def text_characters(value: Any) -> int:
    """The characters of all text in blocks, without tables and charts, which have their own limit."""
    if isinstance(value, list):
        return sum(text_characters(item) for item in value)
    if not isinstance(value, dict) or value.get("type") in TABULAR:
        return 0
    total = 0
    for key, item in value.items():
        total += len(item) if key == "text" and isinstance(item, str) else text_characters(item)
    return total
