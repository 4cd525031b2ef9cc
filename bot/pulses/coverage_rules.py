"""How well a customer base is asked about: how many accounts were heard of lately, and whether all year round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LAST_QUARTER = (10, 11, 12)
EVEN_SHARE = 25
"""Percent of a year's pulses that fall in its last quarter when they are spread evenly."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month: `rounds` in which somebody answered, and of how many `accounts`. `first` is its first day.

    `from_them` are the accounts of which an answer was heard from the customer; the others are impressions.
    """

    first: date
    rounds: int
    accounts: int
    from_them: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """A year's rounds in which somebody answered, and how many of them opened from October on."""

    year: int
    rounds: int
    in_last_quarter: int

    @property
    def last_quarter_share(self) -> int | None:
        """Percent of the year's rounds that fell in its last quarter; None when there were none."""
        return percent(self.in_last_quarter, self.rounds)


@dataclass(frozen=True, slots=True)
class Unheard:
    """An account of which nobody has said anything in the stretch; `last_on` when somebody did, if ever."""

    account: str
    owner: str
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well a customer base is asked about.

    Of `active` accounts, `heard` are those in whose pulse somebody answered within `days`, `from_them` those of them of
    which an answer was heard from the customer, the rest being impressions of our own; `silent` are those that were
    asked about in vain, `asking` those whose first round runs; the others were not asked about. Months are oldest
    first, the last one is that of `as_of`.
    """

    as_of: date
    days: int
    active: int
    heard: int
    silent: int
    asking: int
    months: tuple[Month, ...]
    years: tuple[Year, ...]
    longest: tuple[Unheard, ...] = ()
    from_them: int = 0

    @property
    def impressions(self) -> int:
        """Accounts of which there are only impressions of our own."""
        return self.heard - self.from_them

    @property
    def not_asked(self) -> int:
        """Accounts that nobody was asked about."""
        return self.active - self.heard - self.silent - self.asking

    @property
    def share(self) -> int | None:
        """Percent of the active accounts that were heard of."""
        return percent(self.heard, self.active)


def percent(part: int, whole: int) -> int | None:
    """A whole number of percent, 100 only when it is all and 0 only when it is nothing; None of nothing."""
    if not whole:
        return None
    exact = 100 * part / whole
    rounded = int(exact + 0.5)
    return min(rounded, 99) if part < whole and rounded == 100 else max(rounded, 1) if part and not rounded else rounded


def months_back(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, oldest first, the month of `today` among them."""
    number = today.year * 12 + today.month - 1
    return [date((number - back) // 12, (number - back) % 12 + 1, 1) for back in reversed(range(count))]
