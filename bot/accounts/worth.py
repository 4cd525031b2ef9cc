"""What accounts pay in a year by their running contracts: the largest of many, and each one's, by currency."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from bot.db.scope import within
from bot.db.work import Work
from bot.models import Contract


def largest(work: Work, accounts: Select[Any], offset: int, limit: int) -> tuple[list[int], int]:
    """Those of some accounts (a select of their ids) that pay the most, and how many they are in all.

    Amounts of different currencies are not compared: the largest of each comes before the second of any, that of the
    commonest currency first; those without a known value come last.
    """
    some = accounts.cte("some_accounts")
    of = some.c[0]
    # The accounts lead: joined to the sums of their contracts, SQLite would look through those for every account.
    worth = (
        select(of.label("id"), Contract.currency, func.sum(Contract.value).label("value"))
        .select_from(some)
        .outerjoin(Contract, and_(Contract.account_id == of, *_recurring(work)))
        .group_by(of, Contract.currency)
        .subquery()
    )
    w = worth.c
    ranked = select(
        w.id,
        w.currency,
        func.row_number().over(partition_by=w.currency, order_by=(w.value.desc(), w.id)).label("place"),
        func.count().over(partition_by=w.currency).label("common"),
    ).subquery()
    r = ranked.c
    unknown = func.min(case((r.currency.is_(None), 1), else_=0))
    rows = work.session.execute(
        select(r.id, func.count().over().label("total"))
        .group_by(r.id)
        .order_by(unknown, func.min(r.place), func.max(r.common).desc(), r.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return [row.id for row in rows], rows[0].total if rows else 0


def by_currency(work: Work, account_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Account → what it pays in a year, {currency: amount}; one without a known value is left out."""
    rows = work.session.execute(
        select(Contract.account_id, Contract.currency, func.sum(Contract.value))
        .where(Contract.account_id.in_(account_ids), *_recurring(work))
        .group_by(Contract.account_id, Contract.currency)
        .order_by(Contract.currency)
    )
    found: dict[int, dict[str, str]] = {}
    for account_id, currency, value in rows:
        found.setdefault(account_id, {})[str(currency)] = str(value)
    return found


def _recurring(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (
        within(Contract.workspace_id, work.workspace_id),
        Contract.status == "active",
        Contract.kind == "recurring",
        Contract.value.is_not(None),
        Contract.currency.is_not(None),
    )
