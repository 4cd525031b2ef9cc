"""All figures over the twelve months up to a day, in reading order: the one list for every surface."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date

from bot.core.months import shifted
from bot.db.work import Work
from bot.metrics import care, habits
from bot.metrics.messages import (
    GROSS,
    NET,
    FigureLine,
    loss_lines,
    promise_lines,
    pulse_lines,
    renewal_lines,
    retention_lines,
    team_lines,
    touch_lines,
    unknown_lines,
)
from bot.metrics.retention import WINDOW_MONTHS, retention
from bot.metrics.rules.rates import Rates


def figures_on(work: Work, day: date, rates: Rates, segment: str | None = None) -> list[FigureLine]:
    """Every figure with its window, and with why there is none where there is none. None as segment: all accounts."""
    found = retention(work, day, rates, segment)
    window = f"12 months, {shifted(day, -WINDOW_MONTHS)} to {day}"
    lines = [line for one in found for line in retention_lines(one)]
    if not found:
        lines = [FigureLine(name, window, "none", "No contract with a value has begun yet.") for name in (NET, GROSS)]
    return [
        *lines,
        *renewal_lines(window, *care.renewals_due(work, day, segment)),
        *promise_lines(window, *care.promises_due(work, day, segment)),
        *touch_lines(window, *astuple(habits.touch_habits(work, day, segment))),
        *_pulses(window, habits.pulse_habits(work, day, segment)),
        *team_lines(window, *astuple(habits.team_habits(work, day, segment))),
        *loss_lines(window, habits.causes_of_loss(work, day, segment)),
        *unknown_lines(window),
    ]


def _pulses(window: str, found: habits.PulseHabits) -> list[FigureLine]:
    quarters = [(one.year, one.number, one.heard, one.impressions) for one in found.quarters]
    return pulse_lines(window, quarters, found.accounts, found.q4)
