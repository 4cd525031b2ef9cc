"""Working hours: when a person, or an account through its owner, may be spoken to.

One value answers what is scheduled and what is delivered, so that both agree: nobody is spoken to outside their own
hours, on their days off or while they are away. Moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.core.calendar import (
    LONGEST_CLOSURE,
    DaysOff,
    add_working_days,
    is_working_day,
    local_date,
    local_moment,
    local_time,
)

DAY_START = time(9)
DAY_END = time(17, 30)


class Span(NamedTuple):
    """A part of a day: from `start` on and before `end`; `time.max` stands for midnight."""

    start: time
    end: time


Week = tuple[tuple[Span, ...], ...]
"""The spans of each day of the week in order; Monday is the first."""


def every_day(*spans: Span) -> Week:
    """The same hours on all days of the week; days off are known apart from them."""
    return (spans,) * 7


def usual_span(times: Iterable[time] = ()) -> Span:
    """The hours of people who chose none: 9:00 to 17:30, and wide enough for the `times` at which things are posted.

    With one of these in the evening they last until midnight.
    """
    posted = tuple(times)
    return Span(min((DAY_START, *posted)), DAY_END if max((DAY_START, *posted)) < DAY_END else time.max)


def still_away(until: date | None, day: date) -> date | None:
    """Until when somebody is away, that day included, if they are on `day`."""
    return until if until is not None and day <= until else None


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """When somebody is at work: `week` in `zone`, but for their days off, and not up to `away_until`, that day too.

    A weekday without hours is a day off. Raises ValueError for hours that end before they begin. Compared by identity:
    answers are remembered for each, since a tick asks one person's hours for thousands of rows.
    """

    zone: str
    days_off: DaysOff
    week: Week
    away_until: date | None = None

    def __post_init__(self) -> None:
        if any(span.start >= span.end for spans in self.week for span in spans):
            raise ValueError("Working hours must begin before they end on the same day.")
        free = frozenset(weekday for weekday, spans in enumerate(self.week) if not spans)
        if not free <= self.days_off.weekend:
            object.__setattr__(self, "days_off", DaysOff(self.days_off, self.days_off.weekend | free))

    def day(self, moment: datetime) -> date:
        """The date where they are."""
        return _day_kept(moment, self.zone)

    def is_away(self, now: datetime) -> bool:
        """Whether they are away on the day that it is where they are."""
        return self.away_until is not None and self.day(now) <= self.away_until

    def is_open(self, now: datetime) -> bool:
        """Whether they may be spoken to now."""
        return _is_open_kept(self, now)

    def next_open(self, now: datetime) -> datetime:
        """Now if they may be spoken to, else the moment from which they may. ValueError if no day of a year is free."""
        return _next_open_kept(self, now)

    def morning(self, day: date) -> datetime:
        """The moment at which they begin on `day`, or on the first day after it on which they are at work."""
        return _morning_kept(self, day)

    def next_morning(self, now: datetime, working_days: int = 1) -> datetime:
        """The moment at which they begin so many working days after the day that it is where they are."""
        return self.morning(self.working_days_after(self.day(now), working_days))

    def working_days_after(self, day: date, n: int) -> date:
        """The n-th of their working days after `day`; 0 is the working day on or after it. An absence counts too."""
        return _working_days_kept(self.days_off, day, n)

    def present(self) -> Hours:
        """The same hours as if they were not away."""
        return self if self.away_until is None else _present_kept(self)

    def starting(self, at: time) -> Hours:
        """The same hours, on each day from `at` on; a day that is over by then keeps its own."""
        return _starting_kept(self, at)

    def reaching(self, at: time) -> Hours:
        """The same hours, which on each day of work also take in `at` and the quarter of an hour after it."""
        return _reaching_kept(self, at)


UNKNOWN = Hours("UTC", DaysOff(), every_day(usual_span()))
"""The hours of somebody of whom nothing is known."""


def _is_open(hours: Hours, now: datetime) -> bool:
    local = local_time(now, hours.zone)
    if still_away(hours.away_until, local.date()):
        return False
    at = local.time()
    spans = hours.week[local.weekday()]
    return any(span.start <= at < span.end for span in spans) and is_working_day(local.date(), hours.days_off)


def _next_open(hours: Hours, now: datetime) -> datetime:
    if hours.is_open(now):
        return now.astimezone(UTC)
    first = hours.day(now)
    if hours.away_until is not None:
        first = max(first, hours.away_until)
    for ahead in range(LONGEST_CLOSURE + 1):
        day = first + timedelta(days=ahead)
        if not is_working_day(day, hours.days_off):
            continue
        for span in hours.week[day.weekday()]:
            moment = max(now, local_moment(day, span.start, hours.zone))
            # A zone that crosses the date line has no such day; its "morning" would land on the day after.
            if hours.is_open(moment):
                return moment
    raise ValueError("The calendar has no working day for a whole year. Check the holidays.")


def _morning(hours: Hours, day: date) -> datetime:
    return hours.next_open(local_moment(day, time(), hours.zone))


def _starting(hours: Hours, at: time) -> Hours:
    return replace(hours, week=tuple(_from(spans, at) for spans in hours.week))


def _from(spans: tuple[Span, ...], at: time) -> tuple[Span, ...]:
    later = tuple(Span(max(span.start, at), span.end) for span in spans if span.end > at)
    return later or spans


def _reaching(hours: Hours, at: time) -> Hours:
    return replace(hours, week=tuple(_around(spans, at) for spans in hours.week))


def _around(spans: tuple[Span, ...], at: time) -> tuple[Span, ...]:
    if not spans or any(span.start <= at < span.end for span in spans):
        return spans
    after = at.hour * 60 + at.minute + 15
    own = Span(at, time(after // 60, after % 60) if after < 24 * 60 else time.max)
    return tuple(sorted((*spans, own)))


def _present(hours: Hours) -> Hours:
    return replace(hours, away_until=None)


def _working_days(days_off: DaysOff, day: date, n: int) -> date:
    return add_working_days(day, n, days_off)


# Apart from the functions that are remembered: mutmut changes none that is decorated, and these must be tried.
_day_kept = lru_cache(16_384)(local_date)
_is_open_kept = lru_cache(16_384)(_is_open)
_next_open_kept = lru_cache(16_384)(_next_open)
_morning_kept = lru_cache(65_536)(_morning)
_working_days_kept = lru_cache(16_384)(_working_days)
_starting_kept = lru_cache(8_192)(_starting)
_reaching_kept = lru_cache(8_192)(_reaching)
_present_kept = lru_cache(4_096)(_present)
