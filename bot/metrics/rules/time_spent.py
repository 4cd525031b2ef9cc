"""Where time goes: new and existing customers, and whether customers are left alone at the end of a quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from bot.core.months import month_end, shifted
from bot.metrics.rules.habit_effect import RateOf

NEW_MONTHS = 12
"""Months from the first day of a customer's first contract in which they are new."""

QUARTER_END_DAYS = 14
LEAST_OTHER_DAYS = 28
LEAST_TOUCHES = 30
"""Days outside the ends of quarters, and touches in all, that a comparison needs."""


class CustomerAge(StrEnum):
    """Whether a touch was with a new customer; unknown where a contract has no start."""

    NEW = "new"
    EXISTING = "existing"
    UNKNOWN = "unknown"


def customer_age(first: date | None, has_undated: bool, on: date) -> CustomerAge:
    """Whether a customer was new on a day: before the first day of their first contract, and for 12 months from it.

    `first` is the earliest start that is known (None: no contract has one), `has_undated` that some contract has none,
    so that the first may have been earlier.
    """
    if first is not None and on >= shifted(first, NEW_MONTHS):
        return CustomerAge.EXISTING
    return CustomerAge.UNKNOWN if has_undated else CustomerAge.NEW


def is_quarter_end(on: date) -> bool:
    """Whether a day is one of the last 14 of its calendar quarter."""
    last = month_end(on.year, (on.month + 2) // 3 * 3)
    return (last - on).days < QUARTER_END_DAYS


@dataclass(frozen=True, slots=True)
class WeeklyPace:
    """Touches and days, in the last two weeks of quarters and in the other weeks, from `since` on."""

    since: date
    end_touches: int
    end_days: int
    other_touches: int
    other_days: int

    @property
    def is_enough(self) -> bool:
        """Whether there are touches enough, a whole end of a quarter, and four other weeks to hold it against."""
        touches = self.end_touches + self.other_touches
        is_long = self.end_days >= QUARTER_END_DAYS and self.other_days >= LEAST_OTHER_DAYS
        return is_long and touches >= LEAST_TOUCHES and self.other_touches > 0

    @property
    def at_end(self) -> float:
        """Touches a week in the last two weeks of a quarter."""
        return self.end_touches * 7 / self.end_days if self.end_days else 0.0

    @property
    def otherwise(self) -> float:
        """Touches a week in the other weeks."""
        return self.other_touches * 7 / self.other_days if self.other_days else 0.0

    @property
    def change(self) -> float:
        """How many per cent more, or fewer (below 0), at the end of a quarter."""
        return (self.at_end / self.otherwise - 1) * 100

    @property
    def may_be_chance(self) -> bool:
        """Whether touches that fall on any day alike would lie so: the 95 % interval of the share of touches at the
        ends of quarters holds the share of days that lie there."""
        low, high = RateOf(self.end_touches, self.end_touches + self.other_touches).interval
        return low <= self.end_days * 100 / (self.end_days + self.other_days) <= high


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """Touches from `start` to `end`, both included: how many of each purpose (empty: none given) and customer's age.

    `people` is by how many of ours they are known to be; figures of a single one are that person's alone.
    """

    start: date
    end: date
    people: int
    counts: Mapping[tuple[str, CustomerAge], int]
    pace: WeeklyPace | None

    @property
    def touches(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def by_purpose(self) -> Counter[str]:
        """How many of each purpose, whatever the customer's age."""
        return self._summed(0)

    @property
    def by_age(self) -> Counter[CustomerAge]:
        """How many with customers of each age, whatever the purpose."""
        return self._summed(1)

    def _summed(self, place: int) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for key, count in self.counts.items():
            found[key[place]] += count
        return found


def weekly_pace(touched: Sequence[date], start: date, end: date) -> WeeklyPace | None:
    """The pace of these touches from `start` to `end`, both included; None without any.

    Counted from the first touch on: before that nothing was logged, which says nothing about a quarter's end.
    """
    inside = [on for on in touched if start <= on <= end]
    if not inside:
        return None
    since = min(inside)
    days = [since + timedelta(days=n) for n in range((end - since).days + 1)]
    end_days, end_touches = sum(map(is_quarter_end, days)), sum(map(is_quarter_end, inside))
    return WeeklyPace(since, end_touches, end_days, len(inside) - end_touches, len(days) - end_days)
