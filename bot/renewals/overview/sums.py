"""What many renewals are worth, added up by the database: by currency, never across."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import ColumnElement, Float, Numeric, case, cast, func, select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import TableValuedAlias

from bot.accounts.overview_parts import OverviewLook
from bot.db.upsert import dialect_of
from bot.db.work import Work
from bot.models import Account, Renewal
from bot.renewals.rules.sums import RenewalSum

CENT = Decimal("0.01")


def sums_by(
    work: Work,
    look: OverviewLook,
    groups: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
    *conditions: ColumnElement[bool],
) -> dict[tuple[Any, ...], RenewalSum]:
    """What the renewals that meet the conditions come to, by group; those of which there are none are left out."""
    named = [one.label(f"g{place}") for place, one in enumerate(groups)]
    unknown = case((Renewal.final_values.is_(None), Renewal.unknown_values), else_=0)
    counted = work.session.execute(
        _among(look, select(*named, func.count().label("count"), func.sum(unknown).label("unknown")), conditions)
        .group_by(*named)
        .order_by(*named)
    ).all()
    if not counted:
        return {}
    amount = amounts(work)
    each = func.sum(cast(amount.c.value, Numeric), type_=Float)
    added = work.session.execute(
        _among(look, select(*named, amount.c.key, each), conditions, amount)
        .group_by(*named, amount.c.key)
        .order_by(func.count().desc(), amount.c.key)
    ).all()
    values: dict[tuple[Any, ...], dict[str, str]] = {}
    for *group, currency, total in added:
        values.setdefault(tuple(group), {})[currency] = written(total)
    width = len(groups)
    return {
        tuple(row[:width]): RenewalSum(row[width], values.get(tuple(row[:width]), {}), int(row[width + 1] or 0))
        for row in counted
    }


def largest(
    work: Work, look: OverviewLook, offset: int, limit: int, *conditions: ColumnElement[bool]
) -> tuple[list[int], int]:
    """The numbers of the renewals that are worth the most, and how many there are.

    Amounts of different currencies are not compared: the largest of each comes before the second of any, that of the
    commonest currency first; those without a known value come last.
    """
    amount = amounts(work)
    value = cast(amount.c.value, Numeric)
    ranked = _among(
        look,
        select(
            Renewal.id.label("id"),
            func.row_number().over(partition_by=amount.c.key, order_by=(value.desc(), Renewal.id)).label("place"),
            func.count().over(partition_by=amount.c.key).label("common"),
            amount.c.key.label("currency"),
        ),
        conditions,
        amount,
        is_outer=True,
    ).subquery()
    r = ranked.c
    known = case((r.currency.is_(None), 1), else_=0)
    rows = work.session.execute(
        select(r.id, func.count().over().label("total"))
        .group_by(r.id)
        .order_by(func.min(known), func.min(r.place), func.max(r.common).desc(), r.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return [row.id for row in rows], rows[0].total if rows else 0


def amounts(work: Work) -> TableValuedAlias:
    """(key, value): currency and amount a year of a renewal's row; what was signed stands for what contracts say."""
    each = func.json_each if dialect_of(work.session) == "sqlite" else func.json_each_text
    chosen = case((Renewal.final_values.is_(None), Renewal.values), else_=Renewal.final_values)
    return each(chosen).table_valued("key", "value", name="amount")


def written(total: float) -> str:
    """A sum as text: whole cents, without needless zeros."""
    exact = Decimal(repr(float(total))).quantize(CENT, ROUND_HALF_UP)
    return str(exact.quantize(Decimal(1))) if exact == exact.to_integral_value() else str(exact)


def _among(
    look: OverviewLook,
    statement: Any,
    conditions: Sequence[ColumnElement[bool]],
    amount: TableValuedAlias | None = None,
    is_outer: bool = False,
) -> Any:
    found = statement.select_from(Renewal).join(Account, Account.id == Renewal.account_id)
    if amount is not None:
        found = found.join(amount, true(), isouter=is_outer)
    return found.where(*look.conditions, *conditions)
