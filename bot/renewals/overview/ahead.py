"""Renewals ahead: the next 30, 60 and 90 days by forecast, six months, and what the quarter still has."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case

from bot.accounts.overview_facts import ChartSeries, Figures, Listing, OverviewChart, OverviewSection, OverviewTable
from bot.accounts.overview_parts import OverviewLook
from bot.core.months import shifted
from bot.db.work import Work
from bot.models import Renewal
from bot.renewals.messages import overview as words
from bot.renewals.overview import rows
from bot.renewals.overview.sums import largest, sums_by
from bot.renewals.rules.outlook import CLASSES, HORIZONS, Outlook, month_starts, quarter_end
from bot.renewals.rules.stages import Forecast, Stage
from bot.renewals.rules.sums import RenewalSum, together

AHEAD, QUARTER = "renewals", "quarter"
_SIGNED = (Stage.SIGNED, Stage.INVOICED)


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """Count and value for each stretch against what the last overview told, and all of it by forecast."""
    days = case(
        *((Renewal.renewal_date <= look.today + timedelta(days=days), days) for days in HORIZONS), else_=HORIZONS[-1]
    )
    found = sums_by(work, look, [days, _outlook()], *_within(look, HORIZONS[-1]))
    if not found:
        return OverviewSection(AHEAD, words.AHEAD)
    by_class = {
        (most, one): together([s for (at, kind), s in found.items() if at <= most and kind == one])
        for most in HORIZONS
        for one in CLASSES
    }
    totals = {most: together([by_class[most, one] for one in CLASSES]) for most in HORIZONS}
    chart, months = _chart(work, look)
    figures: Figures = {str(most): totals[most].values for most in HORIZONS}
    return OverviewSection(
        key=AHEAD,
        title=words.AHEAD,
        lines=(
            *(words.horizon(most, totals[most], look.before.get(str(most))) for most in HORIZONS),
            words.by_outlook({one: by_class[HORIZONS[-1], one] for one in CLASSES}),
            *months,
        ),
        chart=chart,
        table=OverviewTable(
            words.AHEAD_TABLE,
            ("Forecast", *(f"{most} days" for most in HORIZONS)),
            tuple(
                (one.label, *(words.table_sum(by_class[most, one]) for most in HORIZONS))
                for one in CLASSES
                if by_class[HORIZONS[-1], one].count
            ),
        ),
        figures=figures,
        listed=True,
    )


def listing(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All of the next 90 days, the largest first."""
    ids, total = largest(work, look, offset, limit, *_within(look, HORIZONS[-1]))
    found = rows.read(work, ids, look.today, look.zone)
    return Listing(rows.listed(found, look.today, [words.forecast_words(row) for row in found]), total)


def tell_quarter(work: Work, look: OverviewLook) -> OverviewSection:
    """What of this quarter is not decided yet, and what is signed and not paid."""
    ends = quarter_end(look.today)
    found = sums_by(work, look, [_outlook()], Renewal.closed_at.is_(None), Renewal.renewal_date <= ends)
    if not found:
        return OverviewSection(QUARTER, words.QUARTER)
    signed = found.get((Outlook.SIGNED.value,), RenewalSum())
    left = together([one for (kind,), one in found.items() if kind != Outlook.SIGNED])
    return OverviewSection(QUARTER, words.QUARTER, words.quarter_lines(ends, look.today, left, signed), listed=True)


def list_quarter(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All of them, the largest first."""
    ids, total = largest(
        work, look, offset, limit, Renewal.closed_at.is_(None), Renewal.renewal_date <= quarter_end(look.today)
    )
    found = rows.read(work, ids, look.today, look.zone)
    return Listing(rows.listed(found, look.today, [words.forecast_words(row) for row in found]), total)


def _within(look: OverviewLook, days: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Renewal.closed_at.is_(None),
        Renewal.renewal_date >= look.today,
        Renewal.renewal_date <= look.today + timedelta(days=days),
    )


def _outlook() -> ColumnElement[Any]:
    return case(
        (Renewal.stage.in_(_SIGNED), Outlook.SIGNED.value),
        *((Renewal.forecast == one, one.value) for one in Forecast),
        else_=Outlook.NONE.value,
    )


def _chart(work: Work, look: OverviewLook) -> tuple[OverviewChart | None, list[str]]:
    """The next six months in the currency of the most renewals, and the same in a line."""
    starts = month_starts(look.today)
    ends: date = shifted(starts[-1], 1)
    month = case(
        *((Renewal.renewal_date < shifted(first, 1), place) for place, first in enumerate(starts)),
        else_=len(starts) - 1,
    )
    ahead = and_(Renewal.closed_at.is_(None), Renewal.renewal_date >= look.today, Renewal.renewal_date < ends)
    found = sums_by(work, look, [month, _outlook()], ahead)
    common: dict[str, int] = {}
    for one in found.values():
        for currency in one.values:
            common[currency] = common.get(currency, 0) + one.count
    if not common:
        return None, []
    currency = max(sorted(common), key=lambda code: common[code])
    series = [
        ChartSeries(
            one.label,
            tuple(
                float(found.get((place, one.value), RenewalSum()).values.get(currency, 0))
                for place in range(len(starts))
            ),
        )
        for one in CLASSES
    ]
    totals = [(first, sum(one.values[place] for one in series)) for place, first in enumerate(starts)]
    chart = OverviewChart(
        title=f"Renewals by month and forecast, {currency}",
        categories=tuple(f"{first:%b %Y}" for first in starts),
        series=tuple(one for one in series if any(one.values)),
        unit=f"{currency} a year",
    )
    return chart, [words.by_months(totals, currency)]
