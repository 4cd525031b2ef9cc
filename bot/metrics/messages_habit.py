"""Does the habit work, as figures: two rates beside each other with their intervals, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.accounts.figure_facts import FigureLine
from bot.metrics.rules.habit_effect import LEAST, HabitEffect, RateOf

NAME = "Renewal rate with the habit, and without"


def habit_lines(window: str, found: Sequence[HabitEffect], unknown: int) -> list[FigureLine]:
    """One line for all, one for each tier, and one for each half by size."""
    lines = [_line(window, one) for one in found]
    if unknown:
        more = f"{unknown:,} renewals of customers, or from a time, too short to see a habit in."
        lines.append(FigureLine("Habit not known", window, f"{unknown:,}", more))
    return lines


def _line(window: str, one: HabitEffect) -> FigureLine:
    name = f"{NAME}: {one.kind}" if one.kind else NAME
    if not one.is_enough:
        counts = f"{one.with_it.count:,} with it, {one.without.count:,} without"
        return FigureLine(name, window, "none", f"Too few to say: {counts}; {LEAST} of each needed.")
    more = f"{_rate(one.with_it)} with it, {_rate(one.without)} without. Beside each other: not proof of a cause."
    return FigureLine(name, window, f"{one.with_it.percent:.2f} % and {one.without.percent:.2f} %", more)


def _rate(one: RateOf) -> str:
    low, high = one.interval
    return f"{one.renewed:,} of {one.count:,} ({low:.0f} to {high:.0f} %)"
