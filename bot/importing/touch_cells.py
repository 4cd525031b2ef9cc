"""Cells of activities and tickets into values: moments, kinds of contact, moods, priorities, satisfaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.core.calendar import local_moment
from bot.importing import cells
from bot.importing.cells import Reader
from bot.importing.rules.dates import DateOrder, parse_date, timestamp
from bot.importing.rules.ratings import satisfaction
from bot.importing.rules.ticket_words import is_over
from bot.touchpoints.rules.line import MOODS, PURPOSES, TouchKind, kind_of

NOON = time(12)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AP])?", re.IGNORECASE)
_ZONE = re.compile(
    r"\d:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AP]M\s*)?(Z\b|UTC|GMT)?\s?(?:([+-])(\d{2}):?(\d{2})?)?", re.IGNORECASE
)
_KINDS: Mapping[str, str] = {
    word: kind.value
    for kind, words in {
        TouchKind.CALL: "call phone telephone phonecall voip",
        TouchKind.MEETING: "meeting demo qbr ebr workshop video videocall zoom teams appointment",
        TouchKind.EMAIL: "email mail e-mail letter",
        TouchKind.TICKET: "ticket case issue",
        TouchKind.EVENT: "event webinar conference fair",
        TouchKind.ON_SITE: "onsite visit",
        TouchKind.CHAT: "chat sms slack message whatsapp linkedin text dm",
        TouchKind.NOTE: "note internal internalnote task todo",
    }.items()
    for word in words.split()
}
_MOODS = {"positive": "calm", "neutral": "calm", "good": "calm", "happy": "calm", "negative": "tense", "bad": "tense"}
_MOODS |= {mood: mood for mood in MOODS}
_URGENT = frozenset((
    "urgent", "urgente", "critique", "critico", "critica", "crítico", "crítica", "spoed", "pilne", "krytyczny",
    "brådskande", "kritisk", "acil", "critical", "blocker", "blocking", "highest", "emergency", "showstopper",
    "p0", "p1", "sev0",
    "sev1", "s1", "severity1", "priority1", "prio1", "level1", "veryhigh", "dringend", "kritisch",
))  # fmt: skip
_HIGH = (
    "high major important haute alta alto elevato hoog wysoki hög høj yüksek p2 sev2 s2 severity2 priority2 "
    "prio2 level2 hoch"
)
_NORMAL = (
    "medium normal normale normaal moderate moyenne moyen media médio média medio sredni średni orta "
    "standard p3 sev3 s3 severity3 priority3 prio3 level3 mittel"
)
_LOW = (
    "low lowest minor basse bas baja bajo baixa baixo bassa basso laag niski låg lav düşük trivial p4 p5 "
    "sev4 sev5 s4 severity4 priority4 prio4 level4 niedrig"
)
_PRIORITIES = {word: name for name, words in (("high", _HIGH), ("normal", _NORMAL), ("low", _LOW))
               for word in words.split()}  # fmt: skip
_PRIORITIES |= dict.fromkeys(_URGENT, "urgent")
_BARE_PRIORITIES = {"0": "urgent", "1": "urgent", "2": "high", "3": "normal", "4": "low", "5": "low"}
_UNDONE = frozenset((
    "notstarted", "inprogress", "waiting", "waitingonsomeoneelse", "deferred", "planned", "scheduled",
    "upcoming", "pending", "todo", "open", "new", "cancelled", "canceled", "noshow", "rescheduled", "missed",
    "declined", "tentative", "draft", "overdue", "noshows", "didnotattend", "geplant", "abgesagt", "verschoben",
    "offen",
    "planifié", "annulé", "reporté", "planificada", "cancelada", "gepland", "geannuleerd", "pianificato", "annullato",
))  # fmt: skip


KNOWN_PRIORITIES = frozenset(("urgent", "high", "normal", "low"))


class At(NamedTuple):
    """A moment, whether its time of day was there, and what was written: a day and a time, whatever the zone."""

    moment: datetime
    has_time: bool
    written: str


def moment(order: DateOrder, zone: str) -> Reader:
    """A day with a time of day or without. A bare day counts as its noon in `zone`.

    A time with an offset or Z is what it says; one without is in `zone`.
    """

    def read(cell: str) -> At | None:
        if cells.says_no_date(cell):
            return None
        stated = _stated(cell) or timestamp(cell)
        if stated is not None:
            return At(stated, True, stated.isoformat())
        day = parse_date(cell, order, numbers=True)
        clock = _clock(cell)
        written = f"{day} {clock or ''}"
        ahead = _ahead(cell) if clock is not None else None
        if clock is not None and ahead is not None:
            return At(datetime.combine(day, clock, UTC) - ahead, True, written)
        return At(local_moment(day, clock or NOON, zone), clock is not None, written)

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
    """urgent, high, normal or low: "P1", "1 - Critical", "Severity 2"; a word nobody knows stays as it is.

    Words go before numbers: there are scales on which 1 is the lowest.
    """
    parts = re.findall(r"[^\W_]+", text.casefold())
    joined = "".join(parts)
    if joined in _PRIORITIES:
        return _PRIORITIES[joined]
    if not {"not", "non", "no"} & set(parts):
        pairs = [one + other for one, other in pairwise(parts)]
        if found := next((_PRIORITIES[word] for word in (*pairs, *parts) if word in _PRIORITIES), None):
            return found
    return _BARE_PRIORITIES.get(joined, joined[:16])


def priority_in(numbers: Mapping[str, str]) -> Reader:
    """The same for a column whose bare numbers mean these."""
    return cells.remembered(lambda text: numbers.get(text) or priority(text))


def rating(best: int) -> Reader:
    """1–5 in a column with this highest mark; the text itself where it is none, which costs the cell and not the
    ticket."""
    return cells.hint(lambda text: satisfaction(text, best))


def status(closed: Mapping[str, bool]) -> Reader:
    """Whether a ticket is over; the word itself where nobody knows. `closed` goes first: what a person or its helpdesk
    says of a word or number."""

    def read(text: str) -> bool | str:
        stated = closed.get(text.casefold())
        over = is_over(text) if stated is None else stated
        return text[:100] if over is None else over

    return cells.remembered(read)


def is_closed(text: str) -> bool:
    """Whether a ticket's status says that it is over; a word nobody knows does not."""
    return bool(is_over(text))


def is_undone(text: str) -> bool:
    """Whether an activity's status says that it did not happen, or not yet."""
    return re.sub(r"[\W\d_]+", "", text.casefold()) in _UNDONE


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


def _ahead(cell: str) -> timedelta | None:
    """How far ahead of UTC a time is that says so: "10:00:00 GMT-0300 (…)", "10:00 UTC", "10:00:00 GMT 2027"."""
    found = _ZONE.search(cell)
    if not found or not (found[1] or found[2]):
        return None
    if not found[2]:
        return timedelta(0)
    offset = timedelta(hours=int(found[3]), minutes=int(found[4] or 0))
    return -offset if found[2] == "-" else offset


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
