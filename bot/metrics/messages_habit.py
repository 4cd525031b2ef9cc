"""Does the habit work, as figures: two rates beside each other with their intervals, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.accounts.figure_facts import FigureLine
from bot.metrics.rules.habit_effect import LARGER, LEAST, LOOKED_BACK, OUTSIDE, SMALLER, HabitEffect, RateOf

NAME = "Renewal rate with the habit, and without"
HABIT = (
    f"The habit: from {LOOKED_BACK} to {OUTSIDE} days before the deadline nobody was left alone for longer than "
    "“Touch at least every” says for the tier."
)
_BY_SIZE = {LARGER: "the larger half, by value a year", SMALLER: "the smaller half, by value a year"}


def habit_lines(window: str, found: Sequence[HabitEffect], unknown: int) -> list[FigureLine]:
    """One line for all, which says what the habit is, one for each tier, and one for each half by size."""
    lines = [_line(window, one) for one in found]
    if unknown:
        more = f"{unknown:,} renewals of customers, or from a time, too short to see a habit in."
        lines.append(FigureLine("Habit not known", window, f"{unknown:,}", more))
    return lines


def _line(window: str, one: HabitEffect) -> FigureLine:
    name = f"{NAME}: {_BY_SIZE.get(one.kind, one.kind)}" if one.kind else NAME
    what = "" if one.kind else f" {HABIT}"
    if not one.is_enough:
        counts = f"{one.with_it.count:,} with it, {one.without.count:,} without"
        return FigureLine(name, window, "none", f"Too few to say: {counts}; {LEAST} of each needed.{what}")
    value = f"{one.with_it.percent:.2f} % and {one.without.percent:.2f} %"
    rates = f"{_rate(one.with_it)} with it, {_rate(one.without)} without; in brackets the 95 % interval."
    return FigureLine(name, window, value, f"{rates} {_compared(one)}{what}")


def _compared(one: HabitEffect) -> str:
    """What a reader may take from the two: that they stand beside each other proves no cause."""
    (low, high), (other_low, other_high) = one.with_it.interval, one.without.interval
    if low > other_high:
        return "More were kept with it: no proof of a cause."
    if other_low > high:
        return "Fewer were kept with it: no proof of a cause."
    return "The intervals overlap: it may be chance."


def _rate(one: RateOf) -> str:
    low, high = one.interval
    return f"{one.renewed:,} of {one.count:,} ({low:.0f} to {high:.0f} %)"
