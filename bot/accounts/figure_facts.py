"""A figure that managers get, as plain values, and the window over which it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.core.months import shifted

WINDOW_MONTHS = 12
LEAST_PEOPLE = 3
"""Of fewer of ours a figure of how people work is not told: whoever reads it may be one of two, and what is left is the
other's."""

TOO_FEW_PEOPLE = f"They are fewer than {LEAST_PEOPLE} people's, and whoever reads this may be one of them"

TOO_FEW_IN_A_SEGMENT = (
    f"Not told by segment: one of them has figures of fewer than {LEAST_PEOPLE} people, and what the others lack to "
    "everybody's would be theirs"
)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure: what it is, over which window, as text; `more` says what it is made of, or why there is none."""

    name: str
    window: str
    value: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class InSegment:
    """The accounts that are in a segment on a day: `name` as accounts have it, in any case."""

    name: str
    day: date


@dataclass(frozen=True, slots=True)
class FigureWindow:
    """The twelve months up to and with `day`."""

    day: date

    @property
    def start(self) -> date:
        """The same day a year before, on which the window begins."""
        return shifted(self.day, -WINDOW_MONTHS)

    def __str__(self) -> str:
        return f"{WINDOW_MONTHS} months, {self.start} to {self.day}"
