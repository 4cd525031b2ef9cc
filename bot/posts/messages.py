"""What stands where a card stood before it moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack import blocks, text
from bot.slack.message import Message, message


def render_moved_card(facts: Mapping[str, Any]) -> Message:
    """One line that says where it went."""
    to = str(facts["to"])
    where = f"{text.mention(to)}, in direct messages" if to.startswith(("U", "W")) else text.channel(to)
    words = f"{text.name(facts['account'])}: the card of this renewal moved to {where}. What follows is told there."
    return message(words, [blocks.section(words)])


def render_answer(facts: Mapping[str, Any]) -> Message:
    """An answer that was written when it was asked for, and goes by direct message."""
    return Message(facts["text"], list(facts.get("blocks", [])))
