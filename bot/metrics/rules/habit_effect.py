"""Does the habit work: renewal rates of customers seen all year and of the others, each with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from statistics import median

LEAST = 30
"""Renewals on either side below which nothing is said."""

LOOKED_BACK = 365
"""Days before the deadline from which touches are looked at."""

OUTSIDE = 61
"""Days before the deadline up to which they are: the last 60 may be for the renewal alone."""

LARGER, SMALLER = "larger half", "smaller half"
"""The kinds of renewals by size."""

Z = 1.96
"""Standard deviations of a 95 % interval."""


def has_habit(touched: Iterable[date], deadline: date, every: int, known_from: date | None = None) -> bool | None:
    """Whether no more than `every` days went by without a touch, from 365 to 61 days before a deadline.

    `known_from` is when the customer, or the logging of touches, began, if that is later. None when what is left is
    shorter than one such stretch: then nobody can say. The first and the last day count as if they were touches.
    """
    start, end = deadline - timedelta(days=LOOKED_BACK), deadline - timedelta(days=OUTSIDE)
    if known_from is not None and known_from > start:
        start = known_from
    if (end - start).days < every:
        return None
    marks = [start, *sorted(on for on in touched if start <= on <= end), end]
    return all((after - before).days <= every for before, after in pairwise(marks))


@dataclass(frozen=True, slots=True)
class DecidedRenewal:
    """One renewal that was decided: whether it was renewed and had the habit, its tier and, where known, what it was
    worth a year in its one currency."""

    renewed: bool
    habit: bool
    tier: str
    currency: str | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class RateOf:
    """`renewed` of `count`."""

    renewed: int
    count: int

    @property
    def percent(self) -> float:
        """The share in per cent; 0 of nothing."""
        return self.renewed * 100 / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share, in per cent (Wilson 1927, the score interval).

        (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) ÷ (1 + z²/n), with p the share, n the count and z = 1.96. Unlike
        p ± z √(p (1 − p)/n) it never leaves 0 to 100, and is no point when all were renewed.
        """
        if not self.count:
            return 0.0, 100.0
        p, n = self.renewed / self.count, self.count
        middle = p + Z * Z / (2 * n)
        half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        whole = 1 + Z * Z / n
        return max(0.0, (middle - half) / whole) * 100, min(1.0, (middle + half) / whole) * 100


@dataclass(frozen=True, slots=True)
class HabitEffect:
    """Renewals of one kind (empty: all), with the habit and without it."""

    kind: str
    with_it: RateOf
    without: RateOf

    @property
    def is_enough(self) -> bool:
        """Whether there are enough on both sides to say anything."""
        return self.with_it.count >= LEAST and self.without.count >= LEAST


def effects(found: Sequence[DecidedRenewal], tiers: Sequence[str]) -> list[HabitEffect]:
    """All together, each tier, and each half by size.

    A renewal belongs to the larger half when it is worth more than the median of those in its currency: currencies are
    never compared. One without a value, or in several currencies, is in neither half.
    """
    middle = {
        currency: median(one.value for one in found if one.currency == currency and one.value is not None)
        for currency in {one.currency for one in found if one.currency and one.value is not None}
    }
    sized = [(one, one.value > middle[one.currency]) for one in found if one.currency and one.value is not None]
    return [
        _effect("", found),
        *(_effect(tier, [one for one in found if one.tier == tier]) for tier in tiers),
        _effect(LARGER, [one for one, is_large in sized if is_large]),
        _effect(SMALLER, [one for one, is_large in sized if not is_large]),
    ]


def _effect(kind: str, found: Sequence[DecidedRenewal]) -> HabitEffect:
    having, others = [one for one in found if one.habit], [one for one in found if not one.habit]
    return HabitEffect(kind, _rate(having), _rate(others))


def _rate(found: Sequence[DecidedRenewal]) -> RateOf:
    return RateOf(sum(one.renewed for one in found), len(found))
