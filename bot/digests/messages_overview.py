"""The overview of a team, a segment or everything, as a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.digests.facts_overview import Overview
from bot.digests.when import late_words
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message


def render_overview(facts: Mapping[str, Any]) -> Message:
    """How many renewals are open and what they are worth."""
    one = Overview.from_facts(facts)
    late = late_words(one.late_since, one.sent_at)
    head = f"*{text.day(one.as_of, one.as_of)}* · {text.typed(one.about)}"
    worth = text.moneys(one.values, one.unknown)
    line = f"{text.count(one.count, 'open renewal')}: {worth} a year"
    menu = blocks.menu(("Why am I seeing this?", ActionId.WHY_DIGEST, one.setup_id))
    parts = [blocks.section(f"{head}\n{line}", accessory=menu), *([blocks.context(late)] if late else [])]
    spoken = [f"{head}.".replace("*", ""), f"{line}.", f"{late}." if late else ""]
    return message(" ".join(part for part in spoken if part), parts)
