"""NRR and GRR out of the ledger: one pass over its entries, added up by the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, TextClause, case, func, literal, select, type_coerce

from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition
from bot.core.months import shifted
from bot.db.work import Work
from bot.metrics.rules.rates import Rates
from bot.metrics.rules.retention_bridge import CohortRetention
from bot.models import ContractState
from bot.models.ledger import VALUED

THOUSANDTHS = 1000

Conditions = list[ColumnElement[bool] | TextClause]
_S = ContractState.__table__.c


def retention(
    work: Work, day: date, rates: Rates, among: Among = None, known_at: datetime | None = None
) -> list[CohortRetention]:
    """The twelve months up to a day: in one currency where every rate of both days is known, else one
    for each currency, never added. `known_at`: by what the ledger knew at that moment."""
    start = shifted(day, -WINDOW_MONTHS)
    where = _entries(work, day, among, known_at)
    found = _currencies(work, where)
    then, now = rates.on(start, found), rates.on(day, found)
    if then is not None and now is not None:
        return [_retained(work, start, day, rates.currency, where, then, now)] if found else []
    return [
        _retained(work, start, day, currency, [*where, _S.currency == currency], {currency: 1.0}, {currency: 1.0})
        for currency in found
    ]


def _currencies(work: Work, where: Conditions) -> list[str]:
    """Their codes, in order: each is looked up behind the one before, since to read all entries costs as much again."""
    found: list[str] = []
    known = select(_S.currency).where(_S.workspace_id == work.workspace_id, VALUED).order_by(_S.currency).limit(1)
    while (one := work.session.scalar(known.where(_S.currency > (found[-1] if found else "")))) is not None:
        found.append(one)
    return [one for one in found if work.session.scalar(select(_S.id).where(*where, _S.currency == one).limit(1))]


def _entries(work: Work, day: date, among: Among, known_at: datetime | None) -> Conditions:
    # As its indexes say it: what changes no value is in none of them.
    where: Conditions = [_S.workspace_id == work.workspace_id, VALUED, _S.effective_on <= day]
    if known_at is not None:
        where.append(_S.known_at <= known_at)
    return [*where, *condition(work, _S.account_id, among)]


def _retained(
    work: Work,
    start: date,
    day: date,
    currency: str,
    where: Conditions,
    at_start: Mapping[str, float],
    at_day: Mapping[str, float],
) -> CohortRetention:
    change, rise = type_coerce(_S.change, BigInteger), type_coerce(_S.agreed_rise, BigInteger)
    value = _at(change, at_start)
    has_moved = at_day != at_start
    accounts = (
        select(
            func.sum(case((_S.effective_on <= start, value), else_=0)).label("then"),
            func.sum(value).label("now"),
            *([func.sum(_at(change, at_day)).label("today")] if has_moved else []),
            func.sum(case((_S.effective_on > start, _at(rise, at_start)), else_=0)).label("rise"),
            func.max(case((_S.effective_on <= start, change), else_=0)).label("most_before"),
        )
        .where(*where)
        .group_by(_S.account_id)
        .subquery()
    )
    a = accounts.c
    is_in, is_here, has_grown = a.then > 0, a.now > 0, a.now > a.then
    agreed = case((a.rise < a.now - a.then, a.rise), else_=a.now - a.then)
    row = work.session.execute(
        select(
            func.count(case((is_in, 1))),
            func.count(case((is_in & is_here, 1))),
            _sum(a.now),
            _sum(case((is_in, a.then))),
            _sum(case((is_in, a.now))),
            _sum(case((is_in, case((has_grown, a.then), else_=a.now)))),
            _sum(case((is_in & has_grown & (a.rise > 0), agreed))),
            _sum(case((is_in & ~is_here, a.now - a.then))),
            _sum(case((~is_in & (a.most_before > 0), a.now))),
            *([_sum(case((is_in, a.today)))] if has_moved else []),
        )
    ).one()
    everybody, then, now, kept, risen, churn, won_back, *moved = (round(amount) / THOUSANDTHS for amount in row[2:])
    return CohortRetention(
        start=start,
        day=day,
        currency=currency,
        accounts=row[0],
        accounts_now=row[1],
        then=then,
        now=now,
        now_at_today=moved[0] if moved else now,
        kept=kept,
        rise=risen,
        expansion=now - kept - risen,
        contraction=kept - then - churn,
        churn=churn,
        won_back=won_back,
        won=everybody - now - won_back,
    )


def _at(amount: Any, rates: Mapping[str, float]) -> Any:
    """An amount at these rates; as it is where they are all 1, which is twice as quick to add up."""
    if set(rates.values()) == {1.0}:
        return amount
    return amount * case(*((_S.currency == currency, literal(rate, Float)) for currency, rate in sorted(rates.items())))


def _sum(amount: Any) -> Any:
    return func.coalesce(func.sum(amount), 0)
