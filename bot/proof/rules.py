"""What may stand on a proof sheet: averages and shares of enough accounts, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.months import shifted
from bot.proof.facts import FEWEST

MONTHS = 12


def is_enough(accounts: int) -> bool:
    """Whether a figure of so many accounts may be shown."""
    return accounts >= FEWEST


def average(total: int, accounts: int) -> float | None:
    """So many a customer; None where there are too few customers to say."""
    return total / accounts if is_enough(accounts) else None


def months_until(day: date) -> tuple[date, ...]:
    """The first days of the last twelve whole months up to a day, oldest first: of its own month only on its last."""
    following = (day + timedelta(days=1)).replace(day=1)
    return tuple(shifted(following, -months) for months in range(MONTHS, 0, -1))


def total_of(values: list[float | None]) -> float | None:
    """What the months come to in a year; None where one of them is not known."""
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None
