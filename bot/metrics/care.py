"""Figures of how customers are kept: renewals by their due date, and promises."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition
from bot.core.months import shifted
from bot.db.work import Work
from bot.metrics.rules.rates import Rates
from bot.metrics.rules.renewed_value import DueTerm, RenewedValue, renewed
from bot.models import FollowUp, Member, Renewal


def renewals_due(work: Work, day: date, among: Among = None) -> tuple[int, int, int, int]:
    """Of the renewals whose date lay in the twelve months up to a day: how many, signed, paid, and undecided.

    Renewal rate = signed (or paid) ÷ due, by count (Gainsight, Renewal Center): one signed early belongs to the day on
    which it was due. What ended with no contract left in it fell due for nobody. Source: renewals.
    """
    row = work.session.execute(
        select(
            func.count(),
            _count(_IS_SIGNED),
            _count(Renewal.paid_at.is_not(None)),
            _count(Renewal.closed_at.is_(None) & Renewal.signed_at.is_(None)),
        ).where(
            Renewal.workspace_id == work.workspace_id,
            *_fell_due(day),
            *condition(work, Renewal.account_id, among),
        )
    ).one()
    return row[0], row[1], row[2], row[3]


def renewed_value(work: Work, day: date, rates: Rates, among: Among = None) -> tuple[list[RenewedValue], int]:
    """The same by value, and how many contracts that fell due have no value known: those are in no sum.

    Renewal rate by value = what was signed (or paid), at most what fell due, ÷ what fell due: upsell is out (Gainsight,
    Renewal Center). At the rates of the window's first day; without one, each currency alone. Source: renewals.
    """
    rows = work.session.execute(
        work.select(Renewal.values, Renewal.final_values, _IS_SIGNED, Renewal.paid_at, Renewal.unknown_values).where(
            *_fell_due(day), *condition(work, Renewal.account_id, among)
        )
    )
    due, unknown = [], 0
    for values, final, is_signed, paid_at, missing in rows:
        due.append(DueTerm(values, final, bool(is_signed), paid_at is not None))
        unknown += missing
    return renewed(due, rates, shifted(day, -WINDOW_MONTHS)), unknown


def promises_due(work: Work, day: date, among: Among = None) -> list[tuple[str, int, int]]:
    """Promises to customers that fell due in the twelve months up to a day: (department, due, kept), by department.

    Promises kept = kept ÷ due; one that was dropped does not count. The department is the owner's, as it is today;
    empty for a promise that nobody owns. Source: follow_ups, members.
    """
    department = func.coalesce(Member.department, "")
    rows = work.session.execute(
        work.select(FollowUp.workspace_id, department, func.count(), _count(FollowUp.outcome == "kept"))
        .outerjoin(Member, Member.id == FollowUp.owner_id)
        .where(
            FollowUp.is_promise,
            FollowUp.due_on > shifted(day, -WINDOW_MONTHS),
            FollowUp.due_on <= day,
            or_(FollowUp.outcome.is_(None), FollowUp.outcome != "dropped"),
            *condition(work, FollowUp.account_id, among),
        )
        .group_by(FollowUp.workspace_id, department)
        .order_by(department)
    )
    return [(name, due, kept) for _, name, due, kept in rows]


_IS_SIGNED = (Renewal.signed_at.is_not(None) & (Renewal.stage != "lost")) | Renewal.paid_at.is_not(None)


def _fell_due(day: date) -> list[ColumnElement[bool]]:
    """Its date lay in the window; what ended with no contract left in it fell due for nobody."""
    return [
        Renewal.renewal_date > shifted(day, -WINDOW_MONTHS),
        Renewal.renewal_date <= day,
        or_(Renewal.outcome.is_(None), Renewal.outcome.in_(("won", "lost"))),
    ]


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
