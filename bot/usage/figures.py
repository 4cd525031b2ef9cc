"""Figures of usage written, and from them how each account's last quarter stands to the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.core.calendar import local_date
from bot.core.months import month_end
from bot.core.product_names import owned_by, product_key
from bot.db.scope import is_row, within
from bot.db.work import Work
from bot.models import Product, UsageFigure, UsageTrend
from bot.usage.rules import DAYS_LEAST, MonthUse, Quarters, compared, last_full_month, months_before
from bot.workspace import context

CHUNK = 500
"""Ids of one statement."""


class FigureOf(NamedTuple):
    """Whose figure it is, of what, and of which day or month: what a file says anew takes the place of what was there.

    All but `product`: where a file gives an account's figure of a day, it gives all of its products.
    """

    account_id: int
    measure: str
    is_month: bool
    period: date


class Written(NamedTuple):
    """What became of figures: those that are new, that changed, and that a file no longer has."""

    created: set[tuple[FigureOf, str]]
    changed: set[tuple[FigureOf, str]]
    gone: int


def write(work: Work, figures: Mapping[tuple[FigureOf, str], float], dry_run: bool = False) -> Written:
    """Keep these figures, (what it is of, product) → amount, and say what became of them."""
    covered = {of for of, _ in figures}
    stored = _stored(work, covered)
    new = [key for key in figures if key not in stored]
    changed = [key for key, amount in figures.items() if key in stored and stored[key].amount != amount]
    gone = [row.id for key, row in stored.items() if key not in figures]
    if not dry_run:
        table = UsageFigure.__table__
        for some in _chunks(gone):
            mine = within(UsageFigure.workspace_id, work.workspace_id)
            work.session.execute(delete(UsageFigure).where(mine, UsageFigure.id.in_(some)))
        if new:
            rows = [
                {"workspace_id": work.workspace_id, **of._asdict(), "product": product, "amount": figures[of, product]}
                for of, product in new
            ]
            work.session.connection().execute(insert(table), rows)  # type: ignore[arg-type]
        if changed:
            own = is_row(table.c, work.workspace_id, bindparam("row"))
            kept = [{"row": stored[key].id, "amount": figures[key]} for key in changed]
            work.session.connection().execute(update(table).where(own), kept)  # type: ignore[arg-type]
    return Written(set(new), set(changed), len(gone))


def _stored(work: Work, covered: Collection[FigureOf]) -> dict[tuple[FigureOf, str], Any]:
    """What is there of the accounts, measures, days and months that figures speak of."""
    accounts, measures = {one.account_id for one in covered}, {one.measure for one in covered}
    if not covered:
        return {}
    table = UsageFigure.__table__.c
    rows = work.session.execute(
        select(
            table.id, table.account_id, table.measure, table.is_month, table.period, table.product, table.amount
        ).where(
            within(table.workspace_id, work.workspace_id),
            table.account_id.in_(accounts),
            table.measure.in_(measures),
            table.period.between(min(one.period for one in covered), max(one.period for one in covered)),
        )
    )
    found = {}
    for row in rows:
        of = FigureOf(row.account_id, row.measure, row.is_month, row.period)
        if of in covered:
            found[of, row.product] = row
    return found


class Reach(NamedTuple):
    """How far the figures of one measure reach: the last full month's last day, and how many days each month has."""

    last: date
    covered: Mapping[date, int]


Reaches = Mapping[tuple[str, bool], Reach]
"""(measure, whether its figures are of whole months) → how far they reach."""


def reaches(work: Work, measures: Iterable[str]) -> Reaches:
    """How far the workspace's figures reach. One walk over the index of the last six months for each measure."""
    today = local_date(work.now, context.of(work).zone)
    found = {}
    for measure in sorted(measures):
        for is_month in (False, True):
            mine = (
                UsageFigure.workspace_id == work.workspace_id,
                UsageFigure.measure == measure,
                UsageFigure.is_month.is_(is_month),
            )
            newest = work.session.scalar(select(func.max(UsageFigure.period)).where(*mine))
            if newest is None:
                continue
            last = last_full_month(month_end(newest.year, newest.month) if is_month else newest, today)
            since = months_before(last)[0]
            days = work.session.scalars(
                select(UsageFigure.period).where(*mine, UsageFigure.period.between(since, last)).distinct()
            )
            covered: dict[date, int] = defaultdict(int)
            for day in days:
                covered[day.replace(day=1)] += 1
            found[measure, is_month] = Reach(last, covered)
    return found


def compare(work: Work, account_ids: Sequence[int], reach: Reaches) -> None:
    """Write anew how the last quarter of these accounts stands to the one before, for the measures of `reach`."""
    measures = {measure for measure, _ in reach}
    rows = [
        {
            "workspace_id": work.workspace_id,
            "account_id": line.account_id,
            "product_id": line.product_id,
            "measure": line.measure,
            "ends_on": ends_on,
            "before": quarters.before,
            "now": quarters.now,
            "change": quarters.change,
        }
        for line, (ends_on, quarters) in _trends(work, account_ids, reach).items()
    ]
    work.session.execute(
        delete(UsageTrend).where(
            within(UsageTrend.workspace_id, work.workspace_id),
            UsageTrend.account_id.in_(account_ids),
            UsageTrend.measure.in_(measures),
        )
    )
    if rows:
        work.session.connection().execute(insert(UsageTrend.__table__), rows)  # type: ignore[arg-type]


class _Line(NamedTuple):
    """One line of figures that is compared with itself: `product_id` is None for all that the account uses."""

    account_id: int
    product_id: int | None
    measure: str
    is_month: bool


def _trends(work: Work, account_ids: Sequence[int], reach: Reaches) -> dict[_Line, tuple[date, Quarters]]:
    """Each line's later quarter's last day, and the two quarters. A month's own figures go before those of its days."""
    found: dict[_Line, tuple[date, Quarters]] = {}
    for line, months in _use(work, account_ids, reach).items():
        last, covered = reach[line.measure, line.is_month]
        quarters = compared(months, covered, last, 1 if line.is_month else DAYS_LEAST)
        if quarters is not None:
            found[line] = last, quarters
    return {line: one for line, one in found.items() if line.is_month or line._replace(is_month=True) not in found}


def _use(work: Work, account_ids: Sequence[int], reach: Reaches) -> dict[_Line, dict[date, MonthUse]]:
    """What the figures of these accounts come to, month by month, as a whole and for each product that they name."""
    since = min((months_before(one.last)[0] for one in reach.values()), default=date.max)
    last = max((one.last for one in reach.values()), default=date.min)
    table = UsageFigure.__table__.c
    rows = work.session.execute(
        select(table.account_id, table.measure, table.is_month, table.period, table.product, table.amount).where(
            within(table.workspace_id, work.workspace_id),
            table.account_id.in_(account_ids),
            table.measure.in_({measure for measure, _ in reach}),
            table.period.between(since, last),
        )
    )
    sold = {
        row.id: product_key(row.name)
        for row in work.session.execute(work.select(Product.id, Product.name).where(Product.removed_at.is_(None)))
    }
    named: dict[str, list[int | None]] = {}
    amounts: dict[_Line, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    days: dict[_Line, dict[date, set[date]]] = defaultdict(lambda: defaultdict(set))
    for account_id, measure, is_month, period, product, amount in rows:
        products = named.get(product)
        if products is None:
            products = named[product] = [None, *sorted(owned_by(sold, [product]))]
        month = period.replace(day=1)
        for product_id in products:
            line = _Line(account_id, product_id, measure, is_month)
            amounts[line][month] += amount
            days[line][month].add(period)
    return {
        line: {month: MonthUse(amount, len(days[line][month])) for month, amount in months.items()}
        for line, months in amounts.items()
    }


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)]
