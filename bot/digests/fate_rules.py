"""What becomes of lines that asked for something: acted on in time or not, and when asking on is of no use."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.calendar import NO_HOLIDAYS, add_working_days

IN_TIME = 2
"""Working days within which a line is acted on in time."""

FOLDED_AFTER = timedelta(days=28)
REMEMBERED = timedelta(days=100)
"""How far back lines count for that: further than a quarter, so that a quarterly overview has its last one in it."""


@dataclass(frozen=True, slots=True)
class KindRecord:
    """What is known of one kind of line in the time that is remembered: when it was first and last asked.

    `acted_on` is when somebody last acted on one; None when nobody did.
    """

    first_on: date
    last_on: date
    acted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the lines of one overview: how many asked, were acted on, and of those in time."""

    asked: int
    acted: int
    in_time: int

    @property
    def waiting(self) -> int:
        """How many still wait."""
        return self.asked - self.acted


def is_in_time(sent_on: date, acted_on: date | None, holidays: Container[date] = NO_HOLIDAYS) -> bool:
    """Whether a line was acted on within two working days after the day on which it was sent."""
    return acted_on is not None and acted_on <= add_working_days(sent_on, IN_TIME, holidays)


def is_folded(record: KindRecord, today: date) -> bool:
    """Whether nobody has acted on any line of a kind for four weeks, though it was asked in them."""
    quiet_since = max(record.first_on, record.acted_on) if record.acted_on else record.first_on
    return today - quiet_since >= FOLDED_AFTER and record.last_on >= quiet_since
