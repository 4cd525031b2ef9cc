"""Competitors on screen: a claim and its answer, an account's claims, and the library of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.accounts.timeline_facts import Entry
from bot.competitors.alerts import CLAIM
from bot.competitors.facts import ClaimLine, CompetitorRecord, KnownAnswer
from bot.slack import blocks, text
from bot.slack.ids import ActionId
from bot.slack.message import Message, message
from bot.workspace.alerts import why_option

SHOWN = 300
COMPETITORS_SHOWN = 8
_OUTCOMES = {"kept": "✅ they stayed", "lost": "⚫ they left", "": "nothing decided since"}


def render_claim(facts: Mapping[str, Any]) -> Message:
    """A claim, and what we answer; without an answer it asks for one."""
    line = ClaimLine.from_facts(facts)
    if line.taken_back_by:
        by, who = text.name(line.taken_back_by), text.name(line.competitor)
        over = f"*{text.name(line.account)}*: {by} took back what {who} claims."
        return message(_spoken(over), [blocks.section(over)])
    courts = f"*{text.name(line.competitor)}* is after *{text.name(line.account)}*"
    head = f"{courts}, and we have an answer" if line.answer else f"🟡 Needs an answer: {courts}"
    claim = f"“{text.typed(line.words, SHOWN)}”"
    until = f" Their offer stands until {text.day(line.until, line.as_of)}." if line.until else ""
    told = f" from {text.name(line.contact)}" if line.contact else ""
    heard = f"Heard{told} by {text.name(line.heard_by.name)} on {text.day(line.heard_on, line.as_of)}.{until}"
    change = [("Change our answer…", ActionId.ANSWER_CLAIM, line.claim_id)] if line.answer else []
    menu = blocks.menu(*change, why_option(CLAIM, line.account_id))
    parts = [blocks.section(f"{head}\n{claim}", accessory=menu)]
    if line.answer:
        by = f"{text.name(line.answered_by)}, {text.day(line.answered_on, line.as_of)}"
        said = f"Our answer: “{text.typed(line.answer, SHOWN)}” ({by})"
        parts += [blocks.section(said), blocks.context(heard)]
        return message(_spoken(f"{head}: {claim} {said}. {heard}"), parts)
    small = f"{heard} {_waiting(line)}"
    button = blocks.button("Answer it…", ActionId.ANSWER_CLAIM, line.claim_id, "primary")
    parts += [blocks.context(small), blocks.actions(button)]
    return message(_spoken(f"{head}: {claim} {small}"), parts)


def _waiting(line: ClaimLine) -> str:
    if line.why == "unanswered":
        owner = f" {text.name(line.owner)} keeps the account." if line.owner else " The account has no owner."
        days = text.count(line.working_days, "working day")
        return f"For {days} nobody has answered it.{owner}"
    if line.hears and line.hears_on:
        return f"Without an answer {_hearer(line.hears)} hears on {text.day(line.hears_on, line.as_of)}."
    return "Nobody has an answer yet."


def _hearer(name: str) -> str:
    return name if name.startswith("the owner's") else text.name(name)


def claim_row(claim: ClaimLine) -> str:
    """One claim in a list: "*Globex*: “20% cheaper” · 🟡 needs an answer"."""
    answer = f"our answer: “{text.typed(claim.answer, SHOWN)}”" if claim.answer else "🟡 needs an answer"
    until = f" · until {text.day(claim.until, claim.as_of)}" if claim.until else ""
    return f"*{text.name(claim.competitor)}*: “{text.typed(claim.words, SHOWN)}”{until} · {answer}"


def story_line(competitor: str, claim: str, answer: str) -> str:
    """A claim in the account's story."""
    said = f"{text.name(competitor)} is after them: “{text.typed(claim, 120)}”"
    return f"{said}. We answer: “{text.typed(answer, 120)}”" if answer else f"🟡 Needs an answer: {said}"


def library_message(records: Sequence[CompetitorRecord], unnamed: int) -> Message:
    """What competitors claim everywhere, and which answers were followed by a renewal."""
    if not records:
        words = "Nobody has written down a competitor yet. When a customer names one, use `/competitor acme`."
        return message(words, [blocks.section(words)])
    shown = records[:COMPETITORS_SHOWN]
    parts = [blocks.section(_record(one)) for one in shown]
    spoken = [_record(one).replace("\n", " ") for one in shown]
    small = []
    if more := len(records) - len(shown):
        small.append(f"and {text.count(more, 'more competitor')}.")
    if unnamed:
        small.append(f"{text.count(unnamed, 'more renewal')} went to a competitor that nobody named.")
    small.append("Stayed or left says what came after an answer, not that the answer was why.")
    return message(_spoken(" ".join([*spoken, *small])), [*parts, blocks.context(" ".join(small))])


def _record(one: CompetitorRecord) -> str:
    counts = {"stayed": one.kept, "left": one.lost, "open": one.open}
    ends = ", ".join(f"{number:,} {words}" for words, number in counts.items() if number)
    head = f"*{text.name(one.competitor)}*: {text.count(one.claims, 'claim')}, {one.answered:,} answered · {ends}"
    return "\n".join([head, *(known_answer(answer) for answer in one.answers)])


def known_answer(one: KnownAnswer) -> str:
    """One answer of the library as a line."""
    claim, answer = text.typed(one.claim, SHOWN), text.typed(one.answer, SHOWN)
    return f"• To “{claim}”: “{answer}” ({text.name(one.by)}, {text.name(one.account)}: {_OUTCOMES[one.outcome]})"


def timeline_line(entry: Entry, as_of: str) -> str:
    """A claim or an answer in the timeline."""
    competitor = text.name(entry.details.get("competitor", ""))
    if entry.code == "answered":
        return f"{text.who(entry.by)} answered what {competitor} claims:"
    if entry.code == "taken_back":
        return f"{text.who(entry.by)} took back what {competitor} claims:"
    until = f", until {text.day(entry.details['until'], as_of)}" if entry.details.get("until") else ""
    told = f" from {text.name(entry.details['contact'])}" if entry.details.get("contact") else ""
    return f"{text.who(entry.by)} heard{told} that {competitor} is after them{until}:"


def _spoken(words: str) -> str:
    return words.replace("*", "")
