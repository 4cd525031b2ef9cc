"""What a person is told of a next step: given to them, due, or a promise that was not kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slackblocks.elements import Element

from bot.accounts.timeline_facts import Entry
from bot.follow_ups.alerts import FOLLOW_UP
from bot.follow_ups.facts import FollowUpCard
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.workspace.alerts import why_option

_READERS = {
    "owner": "you own the account",
    "manager": "you are the manager of the account's owner, who is away",
    "stand_in": "the account's owner is away, and you hear in their place",
}
_INSTEAD = ("manager", "stand_in")
_ENDED = {"done": "Done", "dropped": "Not needed any more", "kept": "Promise kept", "broken": "Promise not kept"}


def render_follow_up(facts: Mapping[str, Any]) -> Message:
    """The message, with buttons as long as there is something to press."""
    card = FollowUpCard.from_facts(facts)
    words, ahead, buttons = _words(card, "*"), _ahead(card), _buttons(card)
    choices = (
        ("Account story", ActionId.ACCOUNT_STORY, card.account_id),
        why_option(FOLLOW_UP, card.account_id, card.follow_up_id),
    )
    menu = blocks.menu(*choices) if buttons else None
    parts = [
        blocks.section(words, accessory=menu),
        blocks.section(text.quoted(card.words, 500) or "(no words)"),
    ]
    if buttons:
        parts.append(blocks.actions(*buttons))
    parts.append(blocks.context(ahead))
    return message(f"{_words(card, '')} “{text.typed(card.words, 500)}” {ahead}", parts)


def _words(card: FollowUpCard, bold: str) -> str:
    account = f"{bold}{text.name(card.account)}{bold}"
    if card.outcome and not _is_broken_by_time(card):
        by = f", by {text.name(card.closed_by)}" if card.closed_by else ""
        on = f", {text.day(card.closed_on, card.as_of)}" if card.closed_on else ""
        return f"{bold}{_ENDED[card.outcome]}{bold}{by}{on}. For {account}."
    when = f"{text.day(card.due_on, card.as_of)}, {text.distance(card.due_on, card.as_of)}"
    whom = text.name(card.contact) if card.contact else "the customer"
    promised = f" It was promised to {whom}." if card.is_promise else f" With {whom}." if card.contact else ""
    promised = f"{promised} {text.have_left(card.gone)}".rstrip()
    if card.why == "broken" or _is_broken_by_time(card):
        whose = "You promised" if card.is_own else f"{text.name(card.owner) if card.owner else 'Someone'} promised"
        there = f"{text.name(card.contact)} at {account}" if card.contact else account
        said = f"{whose} {there} this by {when}, and nobody said that it was done. It counts as broken."
        return f"{said} {text.have_left(card.gone)}".rstrip()
    if card.why == "given":
        return f"{bold}{text.name(card.asked_by)}{bold} wrote this down for you, for {account}, by {when}.{promised}"
    if card.reader == "instead":
        return f"To do for {account}, by {when}.{promised} {text.name(card.owner)}, who is to do it, is away."
    nobody = "" if card.is_own else f" Nobody does it yet, and {_READERS.get(card.reader, 'the account is yours')}."
    asked = f" {text.name(card.asked_by)} wrote it down." if card.asked_by and card.is_own else ""
    return f"To do for {account}, by {when}.{promised}{asked}{nobody}"


def _ahead(card: FollowUpCard) -> str:
    """What its buttons do, and whether it comes again."""
    if card.outcome and not _is_broken_by_time(card):
        return "Nothing more comes from it."
    if card.why == "broken" or _is_broken_by_time(card):
        away = "" if card.is_own or card.reader not in _INSTEAD else "The account's owner is away. "
        return f"{away}If it was kept, say so now: it stops counting as broken."
    if card.why == "given":
        return "Nothing reminds you of it again." if card.is_last else "You hear of it again on the morning of the day."
    if card.reader == "instead":
        return f"You stand in for {text.name(card.owner)}."
    stops = "Kept or Not kept" if card.is_promise else "Done or Not needed"
    return f"{stops} takes it off your list."


def _buttons(card: FollowUpCard) -> list[Element]:
    number = card.follow_up_id
    if _is_broken_by_time(card):
        return [blocks.button("It was kept", ActionId.KEEP_PROMISE, number)]
    if card.outcome:
        return []
    if card.is_promise:
        return [
            blocks.button("Kept", ActionId.KEEP_PROMISE, number, "primary"),
            blocks.button("Not kept", ActionId.BREAK_PROMISE, number),
        ]
    return [
        blocks.button("Done", ActionId.CLOSE_FOLLOW_UP, number, "primary"),
        blocks.button("Not needed", ActionId.DROP_FOLLOW_UP, number),
    ]


def _is_broken_by_time(card: FollowUpCard) -> bool:
    return card.outcome == "broken" and not card.closed_by


_OUTCOMES = {
    "done": "Done",
    "dropped": "Not needed any more",
    "kept": "Promise kept",
    "broken": "Promise not kept in time",
}


def timeline_line(entry: Entry, as_of: str) -> str:
    """A follow-up in the timeline."""
    details = entry.details
    is_own = entry.by is not None and details.get("owner") == entry.by.name
    owner = f", for {text.name(details['owner'])}" if details.get("owner") and not is_own else ""
    due = f"by {text.day(details['due_on'], as_of)}"
    if entry.code == "made":
        whom = text.name(details["contact"]) if details.get("contact") else "the customer"
        with_whom = f" with {whom}" if details.get("contact") else ""
        what = f"promised {whom}" if details.get("promise") else f"noted a follow-up{with_whom}"
        return (
            f"{text.who(entry.by)} {what}, {due}{owner}:"
            if entry.words
            else f"{text.who(entry.by)} {what}, {due}{owner}."
        )
    by = f" by {text.who(entry.by)}" if entry.by else ""
    return f"{_OUTCOMES.get(entry.code, 'Closed')}{by} (due {text.day(details['due_on'], as_of)}{owner}):"
