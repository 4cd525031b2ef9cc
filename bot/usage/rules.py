"""When usage grows and when it falls: a quarter against the one before, and nothing said where too little is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bot.core.months import month_end, shifted

MONTHS = 3
"""Months of which one quarter is made: the last full ones, whatever the calendar calls them."""

DAYS_LEAST = 5
"""Days with figures that a month needs before it says anything."""

NEWS_DAYS = 75
"""Days after its quarter's end for which a change is news: until then the next one ought to have come in."""

MOST_PERCENT = 9999
"""A change is told up to this many percent: from next to nothing to something is no number."""

_FAULTS = re.compile(
    r"\b(?:errors?|failures?|failed|faults?|crash(?:es)?|exceptions?|timeouts?|bounces?)\b", re.IGNORECASE
)


class MonthUse(NamedTuple):
    """What one month's figures come to, and on how many days there were any."""

    amount: float
    days: int


class Quarters(NamedTuple):
    """The mean of a day in the last three full months, and in the three before."""

    before: float
    now: float

    @property
    def change(self) -> int:
        """By how many percent it went up or down, rounded towards no change."""
        if not self.before:
            return 0
        percent = (self.now - self.before) / self.before * 100
        # A hair below 20 in binary is 20 to whoever wrote the file.
        return min(int(round(percent, 6)), MOST_PERCENT)


def months_before(last: date) -> list[date]:
    """The first days of the six months up to `last`, a month's first or any other day of it; the oldest first."""
    first = last.replace(day=1)
    return [shifted(first, -ago) for ago in reversed(range(2 * MONTHS))]


def last_full_month(newest: date, today: date) -> date:
    """The last day of the last month that is full: figures have reached its end, and it is over.

    `newest` is the newest day with figures of anybody; of monthly figures, the last day of the newest month.
    """
    reached = min(newest, today - timedelta(days=1))
    end = month_end(reached.year, reached.month)
    return end if end == reached else reached.replace(day=1) - timedelta(days=1)


def compared(use: Mapping[date, MonthUse], covered: Mapping[date, int], last: date, days_least: int) -> Quarters | None:
    """The last three full months against the three before; None where one of the six is not known well enough.

    `use` is what one account's figures come to, by the first day of each month, `covered` on how many days of a month
    there are figures of anybody: days on which nobody has any are a lapse of the file and count for nothing, so that a
    lapse is no fall. `days_least`: so many days of a month must have figures of the account itself.
    """
    months = months_before(last)
    if any(one not in use or use[one].days < days_least or not covered.get(one) for one in months):
        return None
    before, now = (
        sum(use[one].amount for one in part) / sum(covered[one] for one in part)
        for part in (months[:MONTHS], months[MONTHS:])
    )
    # From nothing there is no percentage: that it is used at all is a beginning.
    return Quarters(before, now) if before > 0 else None


@dataclass(frozen=True, slots=True)
class Trend:
    """How the quarter up to `ends_on` stands to the one before, for one measure, in percent.

    `product_id` is None for all that the account uses.
    """

    measure: str
    change: int
    ends_on: date
    product_id: int | None = None

    @property
    def began_on(self) -> date:
        """The first day of the later quarter."""
        return months_before(self.ends_on)[MONTHS]

    def is_news(self, today: date) -> bool:
        """Whether its quarter ended so lately that it says how things are."""
        return (today - self.ends_on).days <= NEWS_DAYS


class Due(NamedTuple):
    """Figures of one measure that ought to have come by now, if an account's still come.

    Who had some from `since` on and has none from `due` on has stopped, while those of others reach to `reached`.
    """

    measure: str
    is_month: bool
    since: date
    due: date
    reached: date


def due_figures(measure: str, is_month: bool, newest: date, today: date) -> Due | None:
    """What ought to have come where the workspace's newest figures are of the day, or month, `newest`.

    None where nothing can be said: figures of nobody have come for long, or more of them means no use.
    """
    reached = period_end(newest, is_month)
    last = last_full_month(reached, today)
    if not is_use(measure) or (today - last).days > NEWS_DAYS:
        return None
    return Due(measure, is_month, months_before(last)[0], last.replace(day=1), min(reached, today))


def may_be_due(last: date, is_month: bool, today: date) -> bool:
    """Whether an account's own last figures are so old that they may have stopped, wherever those of others end."""
    return period_end(last, is_month) < shifted(today.replace(day=1), -1)


def period_end(first: date, is_month: bool) -> date:
    """The last day of a day, or of a month that begins on `first`."""
    return month_end(first.year, first.month) if is_month else first


@dataclass(frozen=True, slots=True)
class Stopped:
    """Figures that come no more: the last day that the account's reach, and that those of others reach."""

    last_on: date
    reached: date


def is_use(measure: str) -> bool:
    """Whether more of it means that more is used: more errors do not."""
    return _FAULTS.search(measure) is None


def growing(trends: Sequence[Trend], percent: int, today: date) -> Trend | None:
    """The trend that grew most, if one grew by `percent` at least and none of the others fell by as much."""
    live = _live(trends, today)
    if any(one.change <= -percent for one in live):
        return None
    return next((one for one in reversed(live) if one.change >= percent), None)


def falling(trends: Sequence[Trend], percent: int, today: date) -> Trend | None:
    """The trend that fell most, if one fell by `percent` at least."""
    return next((one for one in _live(trends, today) if one.change <= -percent), None)


def of_product(trends: Sequence[Trend], product_id: int, is_only_one: bool) -> list[Trend]:
    """What speaks of a product: its own trends; those of the whole account where it has no other product."""
    own = [one for one in trends if one.product_id == product_id]
    return own or [one for one in trends if one.product_id is None and is_only_one]


def _live(trends: Sequence[Trend], today: date) -> list[Trend]:
    """Those that say how things are, the deepest fall first."""
    found = [one for one in trends if one.is_news(today) and is_use(one.measure)]
    return sorted(found, key=lambda one: (one.change, one.measure))
