"""Where a contract of a file stands today: active, on trial or ended; when it renews; until when one can say no."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from bot.core.durations import DAYS, MONTHS
from bot.core.months import shifted
from bot.core.notice import NO_NOTICE, NoticePeriod
from bot.core.policy import Policy
from bot.renewals.notice_deadline import last_day_to_say_no
from bot.renewals.rules import terms

OVERDUE_FOR = timedelta(days=max(Policy().overdue_days))
"""How long after its end a contract that nobody called off still counts: an overdue renewal, not a forgotten one."""

DEFAULT_TERM = 12
LONGEST_TERM = 1200
_NEARLY = 1
"""Months by which a stated term and its dates may differ and still mean the same: CRMs count them in several ways."""

_LONGEST_NOTICE_DATE = 1200
_MOST_DAYS = {1: 31, 2: 62, 3: 92, 4: 123, 6: 184, 12: 366}
"""The most days that so many months of notice can have."""

_REMEMBERED = 4096
_ONE_DAY = timedelta(days=1)

_next_end = lru_cache(_REMEMBERED)(terms.next_end)


class TermFrom(IntEnum):
    """What a term was read off; what comes later says more."""

    NOTHING = 0
    BILLING = 1
    DATES = 2
    WORDS = 3


class ContractTerms(NamedTuple):
    """What a row says about a contract's term; None where it says nothing.

    `renews_on_end`: the column of the end is called a renewal date. `months` is the term, or the first one where
    `renewal_months` gives another for those after it. `notice_days` are calendar days, `notice` is any other period.
    `gives_total`: its amount is the total of the term. `is_evergreen`: it says that there is no end.
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
    renewal_months: int | None = None
    notice: NoticePeriod | None = None
    gives_total: bool = False
    is_evergreen: bool = False

    @property
    def digest(self) -> str:
        """20 characters: 12 change with the dates that are said, 8 with what else is said about the term."""
        notice = self.notice_days if self.notice is None else str(self.notice)
        rest = self.auto_renew, notice, self.is_trial, self.is_ended
        more = (
            self.renewal_months and f"renews {self.renewal_months}",
            self.gives_total and self.renews_on_end and "total",
            self.is_evergreen and "evergreen",
        )
        said = [word for word in more if word]
        return (_hash((*self._dates, *said), 6) if said else self.older_dates) + _hash(rest, 4)

    @property
    def older_dates(self) -> str:
        """The 12 characters that stood for the same dates before there were two terms."""
        return _hash(self._dates, 6)

    @property
    def _dates(self) -> tuple[object, ...]:
        return self.kind, self.start, self.end, self.notice_date, self.months, self.billed_months, self.renews_on_end

    @property
    def period(self) -> NoticePeriod | None:
        """The notice period that is said."""
        return self.notice or (None if self.notice_days is None else NoticePeriod(self.notice_days))

    @property
    def term_from(self) -> TermFrom:
        """What the row's term is read off."""
        if self.months or self.renewal_months:
            return TermFrom.WORDS
        if self.start and self.end and self.end > self.start:
            return TermFrom.DATES
        return TermFrom.BILLING if self.billed_months and not self.end else TermFrom.NOTHING


class ContractStatus(NamedTuple):
    """What follows from it today. `renewal_date` is None for what does not renew, or has no end.

    `is_stated`: that it is a trial or has ended is what the file says, not what follows from a date. `value_months` is
    the term that an amount in the file is for. `doubt` says how a contradiction was read, and is empty without one.
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
    notice: str | None = None
    first_term_months: int | None = None
    renewal_term_months: int | None = None
    is_last_day: bool = False
    is_evergreen: bool = False
    value_months: int = DEFAULT_TERM
    doubt: str = ""

    @property
    def period(self) -> NoticePeriod:
        """The notice period."""
        return NoticePeriod.of(self.notice_days, self.notice)


class _Terms(NamedTuple):
    """The first term where it is known, the one up to the end that is said, and how a contradiction was read."""

    first: int | None
    running: int
    doubt: str = ""


def standing(said: ContractTerms, today: date, country: str = "") -> ContractStatus:
    """Work out a contract's standing on a day. ValueError when its dates do not fit together.

    Without an end date the term rolls from the start, and the next renewal is the first one after today. An end date
    in the past means: renewed since, when it renews by itself; overdue, up to 14 days; ended, when longer ago.
    `country` is the account's, for notice in working days.
    """
    if said.start and said.end and said.end < said.start:
        raise ValueError("The end date lies before the start date. Correct one of them.")
    found = _terms(said)
    following = said.renewal_months or terms.assumed_renewal_term(found.running)
    auto_renew = said.auto_renew if said.auto_renew is not None else said.end is None and said.kind == "recurring"
    status = "trial" if said.is_trial else "ended" if said.is_ended else "active"
    renewal, months = said.end, found.running
    is_last_day = said.end is not None and terms.is_end_inclusive(said.start, said.end, not said.renews_on_end)
    is_evergreen = said.is_evergreen and said.end is None and said.kind == "recurring"
    if status == "active" and not is_evergreen:
        if said.end is not None and said.end < today:
            if auto_renew and said.kind == "recurring":
                renewal = _next_end(said.end, following, today - _ONE_DAY, said.start, is_last_day)
                months = following
            elif today - said.end > OVERDUE_FOR:
                status = "ended"
        elif said.end is None and said.kind == "recurring":
            renewal, months = _rolled(said, months, following, today)
    notice, agreed = _notice(said, renewal, is_last_day)
    deadline = last_day_to_say_no(renewal, notice, is_last_day, country) if renewal else None
    if deadline is not None and agreed is not None:
        deadline = agreed
    days, words = notice.stored
    return ContractStatus(
        said.kind,
        status,
        said.start,
        renewal,
        deadline,
        months,
        auto_renew,
        days,
        said.is_trial or said.is_ended,
        words,
        found.first,
        said.renewal_months,
        is_last_day,
        is_evergreen,
        found.running,
        found.doubt,
    )


def _rolled(said: ContractTerms, first: int, following: int, today: date) -> tuple[date, int]:
    """The first renewal after today of a contract without an end, and the term that ends on it."""
    if said.start is not None:
        end = terms.roll(said.start, first, 1)
        return (end, first) if end > today else (_next_end(end, following, today, said.start), following)
    if said.notice_date is not None:
        agreed = _after(said.notice_date, said.period or NO_NOTICE)
        return (agreed, first) if agreed >= today else (_next_end(agreed, following, today - _ONE_DAY), following)
    raise ValueError("There is neither an end date nor a start date. Give one of them.")


def _terms(said: ContractTerms) -> _Terms:
    """How long the terms are: as stated, else from start to end, else as it is billed, else a year.

    How often someone pays is not how long they are bound: billing counts only where nothing else says more, and never
    beside an end date. Where the dates and a stated term differ by a month or less, the dates are right.
    """
    span = None
    if said.start and said.end and said.end > said.start:
        span = min(terms.months_between(said.start, said.end), LONGEST_TERM)
    if said.months and span:
        return _against_dates(said, said.months, span)
    if said.months:
        return _Terms(said.months, said.months)
    if span:
        has_renewed = said.renews_on_end and span > DEFAULT_TERM and span % DEFAULT_TERM == 0 and not said.gives_total
        return _Terms(None, said.renewal_months or DEFAULT_TERM) if has_renewed else _Terms(span, span)
    if said.renewal_months:
        return _Terms(None, said.renewal_months)
    if said.billed_months and not said.end:
        return _Terms(None, said.billed_months)
    return _Terms(None, DEFAULT_TERM)


def _against_dates(said: ContractTerms, stated: int, span: int) -> _Terms:
    if abs(span - stated) <= _NEARLY:
        return _Terms(span, span)
    if said.renewal_months and span > stated:
        beyond = (span - stated) % said.renewal_months
        if min(beyond, said.renewal_months - beyond) <= _NEARLY:
            return _Terms(stated, said.renewal_months)
    if said.renews_on_end and span > stated and span % stated == 0:
        return _Terms(stated, stated)
    doubt = f"a term of {stated} months where the dates span {span}: {stated} months counted"
    return _Terms(stated, stated, doubt)


def _notice(said: ContractTerms, renewal: date | None, is_last_day: bool) -> tuple[NoticePeriod, date | None]:
    """The notice period, and the agreed last day for the term that ends on the date it was agreed for.

    As stated, or from the agreed notice date to the date it belongs to: the one with the earlier day. A notice date
    that lies whole months before may stand for these months: later terms count the most days that they can have.
    """
    stated = said.period or NO_NOTICE
    base = said.end or renewal
    if said.notice_date is None or base is None:
        return stated, None
    days = (base - said.notice_date).days
    if days < 0:
        raise ValueError("The notice date lies after the renewal date. Correct one of them.")
    if days > _LONGEST_NOTICE_DATE:
        raise ValueError("The notice date lies years before the renewal date. Correct one of them.")
    if said.period is not None and stated.before(base, is_last_day) <= said.notice_date:
        return stated, None
    months = next((n for n, most in _MOST_DAYS.items() if _lies_months_before(base, said.notice_date, n, most)), None)
    notice = NoticePeriod(days if months is None else _MOST_DAYS[months])
    return notice, said.notice_date if renewal == base else None


def _lies_months_before(base: date, day: date, months: int, most: int) -> bool:
    return (base - day).days <= most and day in (shifted(base, -months), shifted(base + _ONE_DAY, -months) - _ONE_DAY)


def _after(day: date, notice: NoticePeriod) -> date:
    """The day whose notice period ends on `day`."""
    if notice.unit in MONTHS:
        return shifted(day, notice.amount * MONTHS[notice.unit])
    return day + timedelta(days=notice.amount * DAYS.get(notice.unit, 1))


@lru_cache(_REMEMBERED)
def _hash(words: tuple[object, ...], size: int) -> str:
    return blake2b(" ".join(map(str, words)).encode(), digest_size=size).hexdigest()
