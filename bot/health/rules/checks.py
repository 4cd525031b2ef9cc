"""A health check: five scales from 1 to 5, the same for every department, with words at each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import itemgetter

from bot.core.person import Person
from bot.health.rules.score import scale_value


class Scale(StrEnum):
    """What is asked, in the order in which it is asked. Each may be left out: unknown is not bad."""

    OUTCOMES = "outcomes"
    RELATIONSHIP = "relationship"
    ADOPTION = "adoption"
    SUPPORT = "support"
    EXPECTATIONS = "expectations"


SCALES = tuple(Scale)
STEPS = (1, 2, 3, 4, 5)

Scales = Mapping[Scale, int | None]
"""The answer on each scale, 1 (worst) to 5; None or absent is unknown."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check as it is kept. `on` is the day of the talk; `first_id` the check that corrections began with.

    `contact` is with whom of the customer's people it was.
    """

    id: int
    first_id: int
    account_id: int
    account: str
    by_id: int | None
    by: Person
    at: datetime
    on: date
    scales: Scales
    heard: str
    risks: tuple[str, ...]
    sold_nothing: bool
    next_step: str = ""
    next_step_owner: Person | None = None
    next_step_on: date | None = None
    contact: str = ""


_LABELS = {
    Scale.OUTCOMES: "Outcomes reached",
    Scale.RELATIONSHIP: "Relationship",
    Scale.ADOPTION: "Adoption",
    Scale.SUPPORT: "Support experience",
    Scale.EXPECTATIONS: "Expectations met",
}

_STEP_WORDS = {
    Scale.OUTCOMES: (
        "None of what they bought it for",
        "Little of it, and late",
        "Some of it",
        "Most of it",
        "All of it, and they say so",
    ),
    Scale.RELATIONSHIP: (
        "They avoid us",
        "Cool: we always call first",
        "Polite, through one person",
        "Good, with several people",
        "They trust us and call us first",
    ),
    Scale.ADOPTION: (
        "Hardly anyone uses it",
        "A few people, now and then",
        "Some people, for some of the work",
        "Most people, every week",
        "Everyone who should, every day",
    ),
    Scale.SUPPORT: (
        "They have given up asking",
        "Slow, and they complain",
        "Fair, with things left open",
        "Good, solved in time",
        "Excellent, and they say so",
    ),
    Scale.EXPECTATIONS: (
        "Far below what they expected",
        "Below what they expected",
        "Partly met",
        "Met",
        "Better than they expected",
    ),
}


def label(scale: Scale) -> str:
    """The scale as a screen names it."""
    return _LABELS[scale]


def step_words(scale: Scale, step: int) -> str:
    """What a step (1–5) of a scale means; raises IndexError for any other number."""
    if step not in STEPS:
        raise IndexError(step)
    return _STEP_WORDS[scale][step - 1]


def average(scales: Scales) -> float | None:
    """The mean of the scales that were given, 1–5; None when none was."""
    value = scale_value(scales.get(scale) for scale in Scale)
    return None if value is None else 1 + 4 * value


def weakest(scales: Scales) -> tuple[Scale, int] | None:
    """The lowest scale and its step, the first of several; None when none was given."""
    given = [(scale, step) for scale in SCALES if (step := scales.get(scale)) is not None]
    return min(given, key=itemgetter(1)) if given else None


def spoken_average(average: float | None) -> str:
    """ "3.8 of 5", or "no scale given"."""
    return "no scale given" if average is None else f"{average:.1f} of 5".replace(".0 of", " of")


def next_ask(last_check: date | None, last_asked: date | None, today: date, every_days: int, account_id: int) -> date:
    """The day on which a check is asked for next: `every_days` after the last check, or after it was last asked for.

    Accounts that know neither are spread over that stretch by their number, so that an import does not ask for
    thousands of checks on one day.
    """
    known = [day for day in (last_check, last_asked) if day is not None]
    if not known:
        return today + timedelta(days=1 + account_id % every_days)
    return max(max(known) + timedelta(days=every_days), today)
