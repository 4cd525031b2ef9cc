"""Causes, our own on top: what red pulses name, and what renewals were lost for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, time, timedelta

from sqlalchemy import func

from bot.accounts.figure_facts import FigureLine, FigureWindow
from bot.accounts.figure_parts import Among, condition
from bot.autopsies.messages import cause_lines
from bot.autopsies.rules.pulse_reasons import whose_reason
from bot.core.calendar import local_moment
from bot.db.work import Work
from bot.models import PulseAnswer, PulseRound, Renewal
from bot.pulses.rules import Colour
from bot.renewals.rules.stages import LostReason, whose
from bot.workspace import context

_BATCH = 10_000
_MIDNIGHT = time()


def own_causes(work: Work, over: FigureWindow, among: Among) -> list[FigureLine]:
    """What red pulses named, and what renewals were lost for, in the window; its first day belongs to the one before.

    Share of a cause = red answers that name it ÷ red answers given in the period, and renewals lost for it ÷ renewals
    lost whose date lay in the period. An answer may name several. Only what was chosen from the list counts, never
    what was typed. What was ours to change stands first. A workspace may write its own reasons: escape them where marks
    count. Source: pulse_answers, renewals; the grouping is rules.pulse_reasons and renewals.rules.stages.
    """
    window, start, end = str(over), over.start + timedelta(days=1), over.day
    named, silent, red = _red_pulses(work, start, end, among)
    lost = _losses(work, start, end, among)
    labels = {one.value: one.label for one in LostReason}
    return [
        *cause_lines("red pulses", window, [(one, whose_reason(one), count) for one, count in named], red, silent),
        *cause_lines(
            "lost renewals",
            window,
            [(labels[one], whose(one), count) for one, count in lost.items() if one in labels],
            sum(lost.values()),
            sum(count for one, count in lost.items() if one not in labels),
        ),
    ]


def _red_pulses(work: Work, start: date, end: date, among: Among) -> tuple[list[tuple[str, int]], int, int]:
    """(reason, red answers that name it) each, how many name none, and how many there are."""
    zone = context.of(work).zone
    rows = work.session.scalars(
        work.select(PulseAnswer.reasons)
        .join(PulseRound, PulseRound.id == PulseAnswer.round_id)
        .where(
            PulseAnswer.colour == Colour.RED.value,
            PulseAnswer.answered_at >= local_moment(start, _MIDNIGHT, zone),
            PulseAnswer.answered_at < local_moment(end + timedelta(days=1), _MIDNIGHT, zone),
            *condition(work, PulseRound.account_id, among),
        )
        .execution_options(yield_per=_BATCH)
    )
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    silent = red = 0
    for reasons in rows:
        red += 1
        silent += not reasons
        for key, reason in {one.casefold(): one for one in reasons}.items():
            counts[key] += 1
            spelt.setdefault(key, reason)
    return [(spelt[key], count) for key, count in counts.items()], silent, red


def _losses(work: Work, start: date, end: date, among: Among) -> Mapping[str, int]:
    rows = work.session.execute(
        work.select(Renewal.lost_reason, func.count())
        .where(
            Renewal.stage == "lost",
            Renewal.renewal_date >= start,
            Renewal.renewal_date <= end,
            *condition(work, Renewal.account_id, among),
        )
        .group_by(Renewal.lost_reason)
    )
    return {reason or "": count for reason, count in rows}
