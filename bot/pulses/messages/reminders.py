"""The reminder of pulses: in one direct message all that wait for a person's view, each with its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.pulses.alerts import PULSE_REMINDER
from bot.pulses.facts import PulseReminder, PulseReminders
from bot.pulses.messages.card import answer_buttons
from bot.slack import blocks, text
from bot.slack.message import Message, message
from bot.workspace.alerts import why_option

ROUNDS_SHOWN = 7
"""Each takes two blocks; a message of more is a wall."""


def render_pulse_reminder(facts: Mapping[str, Any]) -> Message:
    """The message; what is answered or has closed in it asks for nothing more."""
    rounds = PulseReminders.from_facts(facts).rounds
    shown, more = rounds[:ROUNDS_SHOWN], len(rounds) - ROUNDS_SHOWN
    waiting = sum(not one.is_answered and not one.is_closed for one in rounds)
    head = f"*{waiting} pulses are waiting for your answer*" if waiting > 1 else ""
    parts = [blocks.section(head)] if head else []
    for place, one in enumerate(shown):
        why_so = None if one.is_closed else blocks.menu(why_option(PULSE_REMINDER, one.account_id))
        parts.append(blocks.section(_words(one), accessory=why_so))
        if not one.is_closed:
            parts.append(answer_buttons(one.round_id, place if len(shown) > 1 else None))
    rest = f"and {text.count(more, 'more pulse')}: your Home tab has a button for each." if more > 0 else ""
    once = _once(rounds)
    if rest or once:
        parts.append(blocks.context(*(words for words in (rest, once) if words)))
    spoken = " ".join(words for words in (head, *(_words(one) for one in shown), rest, once) if words)
    return message(spoken.replace("*", ""), parts)


def _words(one: PulseReminder) -> str:
    account = text.name(one.account)
    if one.is_answered:
        return f"You answered the pulse of *{account}*." + (
            "" if one.is_closed else f" You can change it before {_closing(one)}."
        )
    if one.is_closed:
        return f"The pulse of *{account}* has closed without your answer."
    asked = f"Your team was asked on {text.day(one.opened_on, one.as_of)}"
    away = ", while you were off work" if one.was_absent else ""
    return f"*How is {account} doing?* {asked}{away}. It closes on {_closing(one)}; your answer is missing."


def _once(rounds: tuple[PulseReminder, ...]) -> str:
    """That this comes once, while there is something to answer."""
    waiting = sum(not one.is_closed and not one.is_answered for one in rounds)
    if not waiting:
        return ""
    return f"This is the only reminder of {'these pulses' if waiting > 1 else 'this pulse'}."


def _closing(one: PulseReminder) -> str:
    return text.day(one.closes_on, one.as_of)
