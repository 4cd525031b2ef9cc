"""A line of a card's thread for someone who wants reminders directly: it names the account, and has the button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.messages.message import Message, message
from bot.slack.messages.story_lines import render_story_line

WHY = "You get it here because you chose direct messages in My settings, in my Home tab."


def render_reminder(facts: Mapping[str, Any]) -> Message:
    """The line, with the account's name before it."""
    line = facts["line"]
    head = f"{text.name(line['account'])}: {render_story_line(line).text}"
    parts = [blocks.section(head), blocks.context(WHY)]
    if facts.get("renewal_id"):
        parts.insert(1, blocks.actions(blocks.button("Update…", ActionId.UPDATE_RENEWAL, facts["renewal_id"])))
    return message(f"{head} {WHY}", parts)
