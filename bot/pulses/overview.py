"""What an overview tells of pulses: heard and impression apart, colours by month, and whether they come all year."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time
from typing import Any

from sqlalchemy import case, func, select

from bot.accounts.overview_facts import ChartSeries, OverviewChart, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.core.calendar import local_moment
from bot.core.months import shifted
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, PulseAnswer, PulseRound
from bot.pulses.coverage_rules import LAST_QUARTER, months_back, percent
from bot.pulses.messages import overview as words
from bot.pulses.rules import Colour

SECTION, MONTHS, CHARTED = "pulses", 12, 6


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """The answers of closed rounds that opened in the last twelve months: this one's by source, and by colour."""
    months = months_back(look.today, MONTHS)
    found = _answers(work, look, months)
    if not found:
        return OverviewSection(SECTION, words.PULSES)
    colours: Counter[tuple[int, str]] = Counter()
    heard: Counter[int] = Counter()
    impressions: Counter[int] = Counter()
    for month, colour, is_heard, count in found:
        colours[month, colour] += count
        (heard if is_heard else impressions)[month] += count
    total = sum(colours.values())
    in_last = sum(count for (month, _), count in colours.items() if months[month].month in LAST_QUARTER)
    recent = range(MONTHS - CHARTED, MONTHS)
    by_month = [(months[month], {one: colours[month, one] for one in Colour}) for month in recent]
    said = _since(work, look)
    return OverviewSection(
        key=SECTION,
        title=words.PULSES,
        lines=(
            *words.lately(said),
            words.all_year(sum(heard.values()), sum(impressions.values()), percent(in_last, total)),
            words.by_month(by_month),
        ),
        chart=OverviewChart(
            words.CHART,
            tuple(f"{first:%b %Y}" for first, _ in by_month),
            tuple(ChartSeries(words.colour_name(one), tuple(float(c[one]) for _, c in by_month)) for one in Colour),
            "answers",
        ),
    )


def _answers(work: Work, look: OverviewLook, months: list[Any]) -> list[tuple[int, str, bool, int]]:
    """(month, colour, whether it was heard from the customer, how many), of rounds whose answers may be seen."""
    starts = [local_moment(first, time(), look.zone) for first in [*months, shifted(months[-1], 1)]]
    month = case(*((PulseRound.opened_at < end, place) for place, end in enumerate(starts[1:])), else_=MONTHS - 1)
    is_heard = case((PulseAnswer.heard_on.is_not(None), 1), else_=0)
    rows = work.session.execute(
        _of_closed(work, look, select(month, PulseAnswer.colour, is_heard, func.count()))
        .where(PulseRound.opened_at >= starts[0], PulseRound.opened_at < starts[-1])
        .group_by(month, PulseAnswer.colour, is_heard)
    )
    return [(at, colour, bool(heard), count) for at, colour, heard, count in rows]


def _since(work: Work, look: OverviewLook) -> dict[tuple[Colour, bool], int]:
    """(colour, heard) → the answers given since the last overview."""
    if look.since is None:
        return {}
    is_heard = case((PulseAnswer.heard_on.is_not(None), 1), else_=0)
    since: datetime = look.since
    rows = work.session.execute(
        _of_closed(work, look, select(PulseAnswer.colour, is_heard, func.count()))
        .where(PulseRound.closed_at >= since)
        .group_by(PulseAnswer.colour, is_heard)
    )
    return {(Colour(colour), bool(heard)): count for colour, heard, count in rows}


def _of_closed(work: Work, look: OverviewLook, statement: Any) -> Any:
    return (
        statement.select_from(PulseRound)
        .join(PulseAnswer, PulseAnswer.round_id == PulseRound.id)
        .join(Account, Account.id == PulseRound.account_id)
        .where(
            *look.conditions,
            within(PulseRound.workspace_id, work.workspace_id),
            PulseRound.closed_at.is_not(None),
        )
    )
