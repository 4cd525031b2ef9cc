"""Block Kit, through slackblocks: it checks lengths when a block is built. Out come plain dictionaries."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import slackblocks as kit
from slackblocks.blocks import Block as KitBlock
from slackblocks.elements import Element
from slackblocks.objects import CompositionObject

from bot.slack.ids import MENU, numbered
from bot.slack.text import bounded

Blocks = list[dict[str, Any]]

SECTION_LENGTH = 3000
FIELD_LENGTH = 2000
HEADER_LENGTH = 150
BUTTON_LENGTH = 75
OPTION_LENGTH = 75
CONTEXT_LENGTH = 2000
MESSAGE_LENGTH = 10_000
"""All block text of one message together; Slack begins to refuse a little above it."""
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
UNNAMED = "-"
"""The id of a block until its place is known: slackblocks would draw a random one, at as much as the block itself."""


def section(text: str, accessory: Element | None = None, block_id: str = "") -> KitBlock:
    """A paragraph, cut at a line's end when it is too long."""
    return kit.SectionBlock(_mrkdwn(fitted(text, SECTION_LENGTH)), accessory=accessory, block_id=block_id or UNNAMED)


def fields(pairs: Iterable[tuple[str, str]]) -> KitBlock:
    """Up to ten pairs of a label and its value, side by side where there is room."""
    texts: list[str | kit.Text] = [_mrkdwn(fitted(f"*{label}*\n{value}", FIELD_LENGTH)) for label, value in pairs]
    return kit.SectionBlock(fields=texts[:10], block_id=UNNAMED)


def header(text: str) -> KitBlock:
    """A headline without markup."""
    return kit.HeaderBlock(bounded(text, HEADER_LENGTH), block_id=UNNAMED)


def context(*lines: str) -> KitBlock:
    """Small print."""
    texts: list[Element | CompositionObject] = [_mrkdwn(fitted(line, CONTEXT_LENGTH)) for line in lines if line]
    return kit.ContextBlock(texts[:10], block_id=UNNAMED)


def divider() -> KitBlock:
    """A line across."""
    return kit.DividerBlock(block_id=UNNAMED)


def actions(*elements: Element) -> KitBlock:
    """A row of buttons."""
    return kit.ActionsBlock(list(elements), block_id=UNNAMED)


def button(label: str, action_id: str, value: str | int = "", style: str | None = None) -> Element:
    """A button; `value` comes back when it is pressed."""
    text = _plain(bounded(label, BUTTON_LENGTH))
    return kit.Button(text, action_id=action_id, value=str(value) or None, style=style)  # type: ignore[arg-type]


def sure_button(label: str, action_id: str, value: int, title: str, words: str) -> Element:
    """A button for what is not easily had back: Slack asks first, with a title and what it comes to."""
    sure = kit.ConfirmationDialogue(title, words, label, "Keep it")
    return kit.Button(_plain(bounded(label, BUTTON_LENGTH)), action_id=action_id, value=str(value), confirm=sure)


def menu(*choices: tuple[str, str, str | int], place: int | None = None) -> Element:
    """An overflow menu, ⋯: (label, action id, value) each. Choosing one is the same as pressing a button of that id.

    `place` tells those of one message apart, as of buttons.
    """
    options = [option(label, f"{action} {value}") for label, action, value in choices]
    return kit.OverflowMenu(MENU if place is None else numbered(MENU, place), options)


def option(label: str, value: str) -> kit.Option:
    """One choice of a select."""
    return kit.Option(_plain(bounded(label, OPTION_LENGTH)), value=value)


def fitted(text: str, limit: int) -> str:
    """The text within `limit`, whole lines as far as they go, so that no markup is cut in two."""
    if len(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - 2
    for line in text.splitlines():
        if len(line) + 1 > room:
            break
        kept.append(line)
        room -= len(line) + 1
    return "\n".join([*kept, "…"]) if kept else bounded(text, limit)


def folded(title: str, parts: Sequence[KitBlock], name: str) -> dict[str, Any]:
    """Up to ten blocks behind a title that opens them, for a message; `name` is its block id.

    A Slack that does not draw it yet refuses the message, which then goes out with the parts lying open.
    """
    children = [{**block, "block_id": f"{name}.{place}"} for place, block in enumerate(built(parts))]
    return {
        "type": "container",
        "block_id": name,
        "title": {"type": "plain_text", "text": bounded(title, HEADER_LENGTH), "emoji": True},
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": children,
    }


def built(blocks: Sequence[KitBlock], room: int = MESSAGE_BLOCKS) -> Blocks:
    """Plain dictionaries, each block with an id that is the same every time the same message is rendered.

    Raises ValueError for more blocks than there is `room` for.
    """
    for place, block in enumerate(blocks):
        block.block_id = f"b{place}"
    return _drawn(blocks, room)


def built_for_form(blocks: Sequence[KitBlock]) -> Blocks:
    """Plain dictionaries; a block that has no name of its own gets one that no other view has.

    A block that keeps its id keeps what was chosen in it. Raises ValueError for more blocks than a view has room for.
    """
    view = secrets.token_hex(8)
    for place, block in enumerate(blocks):
        if block.block_id == UNNAMED:
            block.block_id = f"{view}.{place}"
    return _drawn(blocks, VIEW_BLOCKS)


def _drawn(blocks: Sequence[KitBlock], room: int) -> Blocks:
    # By each block itself: a message or view of slackblocks draws all of them five times over, to look at their types,
    # which was half of the time of a command's answer and nine tenths of a form's.
    if len(blocks) > room:
        raise ValueError(f"{len(blocks)} blocks, where there is room for {room}")
    return [block._resolve() for block in blocks]


def _mrkdwn(text: str) -> kit.Text:
    return kit.Text(text or " ")


def _plain(text: str) -> kit.Text:
    return kit.Text(text or " ", type_=kit.TextType.PLAINTEXT, emoji=True)
