"""One-off work on screen: the question to its owner, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.accounts.timeline_facts import Entry
from bot.requalification.alerts import ONE_OFF
from bot.requalification.facts import OneOffCard
from bot.requalification.rules import KEPT, REMOVED, STOPPED, RequalifyOutcome, is_answered
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.workspace.alerts import dismiss_option, why_option

SHOWN = 300
_THERE = {"yes": "is still there", "no": "has left"}


def render_question(facts: Mapping[str, Any]) -> Message:
    """What has changed since? With a button to answer, and the answer once there is one."""
    card = OneOffCard.from_facts(facts)
    name = text.name(card.contract) if card.contract else "The one-off work"
    since = f"{name} was delivered on {text.day(card.delivered_on, card.as_of)} and has no renewal."
    head = f"What has changed at *{text.name(card.account)}*?"
    change = [("Change the answer…", ActionId.CHANGE_REQUALIFICATION, card.number)] if is_answered(card.outcome) else []
    menu = blocks.menu(
        *change, why_option(ONE_OFF, card.account_id), dismiss_option(ONE_OFF, card.number, card.account_id)
    )
    ask = "Ask them which problem they have now, and whether their owner and sponsor are still there."
    if said := answer_words(card):
        parts = [blocks.section(f"{head}\n{since}", accessory=menu), blocks.context(said)]
        return message(_spoken(f"{head} {since} {said}"), parts)
    away = f"{text.name(card.instead_of)} is away." if card.instead_of else ""
    small = " ".join(filter(None, (away, _taken_back(card), _opportunity_words(card))))
    parts = [
        blocks.section(f"{head}\n{since} {ask}", accessory=menu),
        *([blocks.context(small)] if small else []),
        blocks.actions(blocks.button("Answer it…", ActionId.ANSWER_REQUALIFICATION, card.number, "primary")),
    ]
    return message(_spoken(f"{head} {since} {ask} {small}".strip()), parts)


def answer_words(card: OneOffCard) -> str:
    """What came of a question, in sentences; empty while it is open."""
    if not card.outcome:
        return ""
    if card.outcome == STOPPED:
        return " ".join(
            filter(None, (_taken_back(card), "Nobody need answer this any more.", _opportunity_words(card)))
        )
    by, parts = text.name(card.answered_by), []
    if card.outcome == RequalifyOutcome.NEED:
        opened = "" if card.opportunity == REMOVED else " and opened an opportunity"
        parts.append(f"{by} found a need{opened}: “{text.typed(card.problem, SHOWN)}”")
    elif card.outcome == RequalifyOutcome.NOT_NOW:
        parts.append(f"{by} says not now: the owner is asked again on {text.day(card.until, card.as_of)}.")
    else:
        parts.append(f"{by} says there is nothing to do here any more.")
    if left := _opportunity_words(card):
        parts.append(left)
    if card.changed:
        parts.append(f"What has changed: “{text.typed(card.changed, SHOWN)}”")
    people = [
        f"their {who} {_THERE[there]}"
        for who, there in (("owner", card.owner_there), ("sponsor", card.sponsor_there))
        if there
    ]
    if people:
        told = text.listed(people)
        parts.append(f"{told[:1].upper()}{told[1:]}.")
    if card.contact:
        parts.append(f"{by} talked to {text.name(card.contact)}.")
    return " ".join(parts)


def _taken_back(card: OneOffCard) -> str:
    return f"{text.name(card.taken_back_by)} took the answer back." if card.taken_back_by else ""


def _opportunity_words(card: OneOffCard) -> str:
    if card.opportunity == REMOVED:
        return "Its opportunity was removed since."
    if card.opportunity == KEPT:
        return "The opportunity that was opened has been worked on since, and stays as it is."
    return ""


def taken_back_words(account: str, contract: str, is_open: bool) -> str:
    """What whoever took an answer back reads then."""
    name = text.name(contract) if contract else "The one-off work"
    now = "Its message asks again." if is_open else "Nobody need answer it: it was asked again, or a contract renews."
    return f"*{text.name(account)}*: {name} has no answer any more. {now} The timeline keeps what was said."


def timeline_line(entry: Entry, as_of: str) -> str:
    """An answer in the timeline."""
    who = text.who(entry.by)
    work = text.name(entry.details.get("contract", "") or "one-off work")
    work += f" with {text.name(entry.details['contact'])}" if entry.details.get("contact") else ""
    if entry.code == "taken_back":
        said = RequalifyOutcome(entry.details["outcome"]).label.partition(":")[0].lower()
        return f"{who} took back the answer about {work}, which was: {said}"
    if entry.code == RequalifyOutcome.NEED:
        return f"{who} looked at {work} again and found a need:"
    if entry.code == RequalifyOutcome.NOT_NOW:
        return f"{who} looked at {work} again: not now, next on {text.day(entry.details['until'], as_of)}"
    return f"{who} looked at {work} again: nothing to do any more"


def _spoken(words: str) -> str:
    return words.replace("*", "")
