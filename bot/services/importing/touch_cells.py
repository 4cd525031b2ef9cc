"""Cells of activities and tickets into values: moments, kinds of contact, moods, priorities, satisfaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from bot.rules.calendar import local_moment
from bot.rules.dates import DateOrder, parse_date
from bot.rules.touch import MOODS, PURPOSES, Kind, kind_of
from bot.services.importing import cells
from bot.services.importing.cells import Reader

NOON = time(12)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AP])?", re.IGNORECASE)
_KINDS: Mapping[str, str] = {
    word: kind.value
    for kind, words in {
        Kind.CALL: "call phone telephone phonecall voip",
        Kind.MEETING: "meeting demo qbr ebr workshop video videocall zoom teams appointment",
        Kind.EMAIL: "email mail e-mail letter",
        Kind.TICKET: "ticket case issue",
        Kind.EVENT: "event webinar conference fair",
        Kind.ON_SITE: "onsite visit",
        Kind.CHAT: "chat sms slack message whatsapp linkedin text dm",
        Kind.NOTE: "note internal internalnote task todo",
    }.items()
    for word in words.split()
}
_MOODS = {"positive": "calm", "neutral": "calm", "good": "calm", "happy": "calm", "negative": "tense", "bad": "tense"}
_MOODS |= {mood: mood for mood in MOODS}
_URGENT = frozenset(["urgent", "critical", "blocker", "highest", "emergency", "p0", "p1", "sev0", "sev1", "s1", "1"])
_PRIORITIES = {"p2": "high", "sev2": "high", "2": "high", "medium": "normal", "normal": "normal", "p3": "normal"}
_PRIORITIES |= {"3": "normal", "p4": "low", "4": "low", "lowest": "low", "trivial": "low", "major": "high"}
_SATISFIED = {"good": 5, "bad": 1, "satisfied": 5, "dissatisfied": 1, "offered": None, "unoffered": None}
_CLOSED = frozenset(["closed", "solved", "resolved", "done", "complete", "completed", "cancelled", "canceled"])


def moment(order: DateOrder, zone: str) -> Reader:
    """A day with a time of day or without, (moment, whether a time was there). A bare day counts as its noon in `zone`.

    A time with an offset or Z is what it says; one without is in `zone`.
    """

    def read(cell: str) -> tuple[datetime, bool]:
        stated = _stated(cell)
        if stated is not None:
            return stated, True
        day = parse_date(cell, order)
        clock = _clock(cell)
        return local_moment(day, clock or NOON, zone), clock is not None

    return cells.remembered(read)


def kind(text: str) -> str:
    """The kind of contact a CRM's word means: "Phone Call", "Onsite visit", "Internal note"… Empty for others."""
    key = re.sub(r"[^a-z]+", " ", text.casefold()).strip()
    joined = key.replace(" ", "")
    if joined in _KINDS:
        return _KINDS[joined]
    return next((_KINDS[word] for word in key.split() if word in _KINDS), str(kind_of(text)[0]))


def purpose(text: str) -> str:
    """One of our purposes, when the cell is one of them."""
    word = text.casefold()
    return word if word in PURPOSES else ""


def mood(text: str) -> str:
    """calm, tense or churn; other words for a mood mean none of them."""
    word = text.casefold()
    return "churn" if "churn" in word else _MOODS.get(word, "")


def priority(text: str) -> str:
    """urgent, high, normal or low; a word nobody knows stays as it is."""
    word = re.sub(r"[^a-z0-9]+", "", text.casefold())
    return "urgent" if word in _URGENT else _PRIORITIES.get(word, word[:16])


def satisfaction(text: str) -> int | None:
    """1–5. "Good" and "bad", as some helpdesks say, are 5 and 1."""
    word = text.casefold()
    if word in _SATISFIED:
        return _SATISFIED[word]
    try:
        value = float(word.partition("/")[0].replace(",", "."))
    except ValueError:
        value = 0.0
    if not 1 <= value <= 5:
        raise ValueError(f"{text!r} is no satisfaction. Write 1 to 5, or leave it empty.")
    return int(value + 0.5)


def is_closed(text: str) -> bool:
    """Whether a ticket's status says that it is over."""
    return re.sub(r"[^a-z]+", "", text.casefold()) in _CLOSED


def capped(at: datetime, has_time: bool, today: date, day: date, now: datetime) -> datetime:
    """A moment of the past. ValueError for one ahead; today's, without a time or by a fast clock, is now."""
    if at <= now:
        return at
    if day <= today and not has_time:
        return now
    raise ValueError("That day lies ahead. Give the day it happened.")


def _stated(cell: str) -> datetime | None:
    text = cell.strip()
    if not re.search(r"\d[Tt ]\d{1,2}:.*(?:[Zz]|[+-]\d{2}:?\d{2})$", text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def _clock(cell: str) -> time | None:
    found = _CLOCK.search(cell)
    if not found:
        return None
    hour, half = int(found[1]), (found[4] or "").upper()
    if half:
        hour = hour % 12 + (12 if half == "P" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None
