"""The list that somebody reads on their return: what was told to whom while they were away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.accounts.return_facts import PassedLine, WhileAway
from bot.slack import blocks, text
from bot.slack.message import Message, message

WHAT = {
    "card": "its renewal card",
    "reminder": "a reminder of its renewal",
    "unclaimed": "that nobody is on its renewal",
    "stuck": "that its renewal stands still",
    "overdue": "that its renewal is overdue",
    "unpaid": "that its renewal is not paid",
    "owner_away": "a reminder of its renewal",
    "at_risk": "that its renewal is at risk",
    "quiet": "that its renewal had no update",
    "health_alert": "that its health score fell",
    "pulse_red": "a red answer in its pulse",
    "pulse_untouched": "that a red pulse had no next step",
    "follow_up": "a follow-up that was due",
}


def render_while_away(facts: Mapping[str, Any]) -> Message:
    """One message; the latest lines, and how many there are."""
    told = WhileAway.from_facts(facts)
    head = "*While you were away*, this was told to others:"
    lines = [f"• {_line(line, told.as_of)}" for line in told.lines]
    beyond = [f"and {text.count(told.count - len(told.lines), 'more line')} before these"]
    more = beyond if told.count > len(told.lines) else []
    why = "Why: it was for you, and could not wait until you were back. Look at an account with `/account`."
    parts = [blocks.section(head), *_sections(lines), blocks.context(*more, why)]
    return message("\n".join([head.replace("*", ""), *lines, *more, why]).replace("*", ""), parts)


def _line(line: PassedLine, as_of: str) -> str:
    what = WHAT.get(line.what, "a message about it")
    return f"*{text.name(line.account)}*: {what}, to {text.name(line.to)} on {text.day(line.on, as_of)}"


def _sections(lines: list[str]) -> list[Any]:
    # A section takes 3,000 characters; names are bounded, so that five lines always fit.
    return [blocks.section("\n".join(lines[at : at + 5])) for at in range(0, len(lines), 5)]
