"""What a renderer gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.slack.blocks import MESSAGE_LENGTH, Blocks, built
from bot.slack.text import bounded

TEXT_LENGTH = 3500
"""`chat.update` refuses a text over 4,000 characters."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent. `text` says everything that matters: screen readers and banners read only that."""

    text: str
    blocks: Blocks = field(default_factory=list)
    unfurl: bool = False


def message(text: str, blocks: Sequence[KitBlock] = ()) -> Message:
    """A message within Slack's limits; paragraphs are given up from the longest when all are too much together."""
    rendered = built(blocks) if blocks else []
    while _length(rendered) > MESSAGE_LENGTH:
        longest = max((b for b in rendered if b["type"] == "section" and "text" in b), key=_block_length)
        longest["text"]["text"] = bounded(longest["text"]["text"], len(longest["text"]["text"]) * 2 // 3)
    return Message(bounded(text, TEXT_LENGTH), rendered)


def _length(blocks: Blocks) -> int:
    return sum(_block_length(block) for block in blocks)


def _block_length(block: dict[str, Any]) -> int:
    parts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
    return sum(_text_length(part) for part in parts if part)


def _text_length(part: dict[str, Any]) -> int:
    text = part.get("text", "")
    return len(text["text"]) if isinstance(text, dict) else len(text)
