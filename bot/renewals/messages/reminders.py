"""A line of a card's thread for someone who wants reminders directly: it names the account, and has its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.renewals.facts import ThreadLine
from bot.renewals.messages.thread_lines import buttons_of, render_story_line
from bot.renewals.messages.words import renewal_button
from bot.renewals.rules.stages import Button
from bot.slack import blocks, text
from bot.slack.message import Message, message

WHY = "You get it here because you chose direct messages in My settings, in my Home tab."
ON_CARD = "* on the card"


def render_reminder(facts: Mapping[str, Any]) -> Message:
    """The line, with the account's name before it."""
    line = facts["line"]
    # The card is elsewhere, and what is named is right here.
    head = f"{text.name(line['account'])}: {render_story_line(line).text.replace(ON_CARD, '*')}"
    parts = [blocks.section(head), blocks.context(WHY)]
    if facts.get("renewal_id"):
        named = buttons_of(ThreadLine.from_facts(line)) or (Button.UPDATE,)
        made = (renewal_button(b, facts["renewal_id"], line["account"], b is named[0]) for b in named)
        parts.insert(1, blocks.actions(*made))
    return message(f"{head} {WHY}", parts)
