"""Where a contract of a file stands today: active, on trial or ended; when it renews; until when one can say no."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from bot.rules import terms
from bot.rules.policy import Policy

OVERDUE_FOR = timedelta(days=max(Policy().overdue_days))
"""How long after its end a contract that nobody called off still counts: an overdue renewal, not a forgotten one."""

DEFAULT_TERM = 12
_REMEMBERED = 4096

_next_renewal = lru_cache(_REMEMBERED)(terms.next_renewal)


class TermFrom(IntEnum):
    """What a term was read off; what comes later says more."""

    NOTHING = 0
    BILLING = 1
    DATES = 2
    WORDS = 3


class Said(NamedTuple):
    """What a row says about a contract's term; None where it says nothing.

    `renews_on_end`: the column of the end is called a renewal date.
    """

    renews_on_end: bool
    kind: str
    start: date | None
    end: date | None
    months: int | None
    billed_months: int | None
    auto_renew: bool | None
    notice_days: int | None
    notice_date: date | None
    is_trial: bool
    is_ended: bool

    @property
    def digest(self) -> str:
        """20 characters: 12 change with the dates that are said, 8 with what else is said about the term."""
        dates = self.kind, self.start, self.end, self.notice_date, self.months, self.billed_months, self.renews_on_end
        rest = self.auto_renew, self.notice_days, self.is_trial, self.is_ended
        return _hash(dates, 6) + _hash(rest, 4)

    @property
    def term_from(self) -> TermFrom:
        """What the row's term is read off."""
        if self.months:
            return TermFrom.WORDS
        if self.start and self.end and self.end > self.start:
            return TermFrom.DATES
        return TermFrom.BILLING if self.billed_months and not self.end else TermFrom.NOTHING


class Standing(NamedTuple):
    """What follows from it today. `renewal_date` is None for what does not renew.

    `is_stated`: that it is a trial or has ended is what the file says, not what follows from a date.
    """

    kind: str
    status: str
    start_date: date | None
    renewal_date: date | None
    deadline: date | None
    term_months: int
    auto_renew: bool
    notice_days: int
    is_stated: bool


def standing(said: Said, today: date) -> Standing:
    """Work out a contract's standing on a day. ValueError when its dates do not fit together.

    Without an end date the term rolls from the start, and the next renewal is the first one after today. An end date
    in the past means: renewed since, when it renews by itself; overdue, up to 14 days; ended, when longer ago.
    """
    if said.start and said.end and said.end < said.start:
        raise ValueError("The end date lies before the start date. Correct one of them.")
    months = _term(said)
    auto_renew = said.auto_renew if said.auto_renew is not None else said.end is None and said.kind == "recurring"
    status = "trial" if said.is_trial else "ended" if said.is_ended else "active"
    renewal = said.end
    if status == "active":
        if said.end is not None and said.end < today:
            if auto_renew and said.kind == "recurring":
                renewal = _next_renewal(said.end, months, today - timedelta(days=1))
            elif today - said.end > OVERDUE_FOR:
                status = "ended"
        elif said.end is None and said.kind == "recurring":
            renewal = _rolled(said, months, today)
    notice_days = _notice(said, renewal)
    deadline = terms.deadline(renewal, notice_days) if renewal else None
    is_stated = said.is_trial or said.is_ended
    return Standing(said.kind, status, said.start, renewal, deadline, months, auto_renew, notice_days, is_stated)


def _rolled(said: Said, months: int, today: date) -> date:
    if said.start is not None:
        return _next_renewal(said.start, months, today)
    if said.notice_date is not None:
        agreed = said.notice_date + timedelta(days=said.notice_days or 0)
        return agreed if agreed >= today else _next_renewal(agreed, months, today - timedelta(days=1))
    raise ValueError("There is neither an end date nor a start date. Give one of them.")


def _term(said: Said) -> int:
    """The term in months: as stated, else from start to end, else as it is billed, else a year.

    How often someone pays is not how long they are bound: billing counts only where nothing else says more, and never
    beside an end date.
    """
    match said.term_from:
        case TermFrom.WORDS:
            return said.months or DEFAULT_TERM
        case TermFrom.DATES if said.start and said.end:
            span = terms.months_between(said.start, said.end)
            renewed_since = said.renews_on_end and span > DEFAULT_TERM and span % DEFAULT_TERM == 0
            return DEFAULT_TERM if renewed_since else min(span, 1200)
        case TermFrom.BILLING:
            return said.billed_months or DEFAULT_TERM
    return DEFAULT_TERM


def _notice(said: Said, renewal: date | None) -> int:
    """Days of notice: as stated, or from the agreed notice date to the date it belongs to; the longer of the two."""
    stated = said.notice_days or 0
    base = said.end or renewal
    if said.notice_date is None or base is None:
        return stated
    days = (base - said.notice_date).days
    if days < 0:
        raise ValueError("The notice date lies after the renewal date. Correct one of them.")
    if days > terms.TermUnit.YEAR * 100:
        raise ValueError("The notice date lies years before the renewal date. Correct one of them.")
    return max(stated, days)


@lru_cache(_REMEMBERED)
def _hash(words: tuple[object, ...], size: int) -> str:
    return blake2b(" ".join(map(str, words)).encode(), digest_size=size).hexdigest()
