"""All figures that managers get, in one list: for the command line, and for monthly and quarterly digests."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date

from bot.accounts.figure_facts import FigureLine, FigureWindow, InSegment
from bot.accounts.figure_parts import PARTS, Among
from bot.db.work import Work
from bot.metrics import care, habits, on_time, reaction
from bot.metrics.messages import (
    GROSS,
    NET,
    claim_lines,
    loss_lines,
    on_time_lines,
    promise_lines,
    pulse_lines,
    reaction_lines,
    renewal_lines,
    renewal_value_lines,
    retention_lines,
    team_lines,
    touch_lines,
)
from bot.metrics.retention import retention
from bot.metrics.rules.rates import Rates


def figures(work: Work, day: date, rates: Rates, segment: str | None = None) -> list[FigureLine]:
    """Every figure over the twelve months up to a day, in the order in which it is read.

    `segment`: only of the accounts that were in it on that day; its name in any case.

    `rates` are metrics.settings.rates(work), unless somebody gave others for this once. Currencies without a rate stand
    apart. docs/metrics.md tells each formula and its source.
    """
    of = FigureWindow(day)
    among: Among = None if segment is None else InSegment(segment, day)
    window = str(of)
    found = retention(work, day, rates, among)
    lines = [line for one in found for line in retention_lines(one)]
    if not found:
        lines = [FigureLine(name, window, "none", "No contract with a value has begun yet.") for name in (NET, GROSS)]
    pulses = habits.pulse_habits(work, day, among)
    return [
        *lines,
        *renewal_lines(window, *care.renewals_due(work, day, among)),
        *renewal_value_lines(window, *care.renewed_value(work, day, rates, among)),
        *claim_lines(window, reaction.first_claims(work, day, among)),
        *reaction_lines(window, reaction.reactions(work, day, among)),
        *on_time_lines(window, *on_time.touch_rate(work, day, among)),
        *touch_lines(window, *astuple(habits.touch_habits(work, day, among))),
        *promise_lines(window, care.promises_due(work, day, among)),
        *pulse_lines(
            window,
            [(one.year, one.number, one.heard, one.impressions) for one in pulses.quarters],
            pulses.accounts,
            pulses.q4,
        ),
        *team_lines(window, *astuple(habits.team_habits(work, day, among))),
        *loss_lines(window, habits.causes_of_loss(work, day, among), habits.reasons_of_loss(work, day, among)),
        *(line for part in PARTS for line in part(work, of, among)),
    ]
