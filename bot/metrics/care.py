"""Figures of how customers are kept: renewals by their due date, and promises."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from bot.core.months import shifted
from bot.db.work import Work
from bot.metrics.retention import WINDOW_MONTHS
from bot.models import Account, FollowUp, Renewal


def renewals_due(work: Work, day: date, segment: str | None = None) -> tuple[int, int, int, int]:
    """Of the renewals whose date lay in the twelve months up to a day: how many, signed, paid, and undecided.

    Renewal rate = signed (or paid) ÷ due, by count (Gainsight, Renewal Center): one signed early belongs to the day on
    which it was due. What ended with no contract left in it fell due for nobody. Source: renewals.
    """
    is_signed = Renewal.signed_at.is_not(None) & (Renewal.stage != "lost")
    row = work.session.execute(
        select(
            func.count(),
            _count(is_signed | Renewal.paid_at.is_not(None)),
            _count(Renewal.paid_at.is_not(None)),
            _count(Renewal.closed_at.is_(None) & Renewal.signed_at.is_(None)),
        ).where(
            Renewal.workspace_id == work.workspace_id,
            Renewal.renewal_date > shifted(day, -WINDOW_MONTHS),
            Renewal.renewal_date <= day,
            or_(Renewal.outcome.is_(None), Renewal.outcome.in_(("won", "lost"))),
            *in_segment(work, Renewal.account_id, segment),
        )
    ).one()
    return row[0], row[1], row[2], row[3]


def promises_due(work: Work, day: date, segment: str | None = None) -> tuple[int, int]:
    """Promises to customers that fell due in the twelve months up to a day, and how many of them were kept.

    Promises kept = kept ÷ due; one that was dropped does not count. Source: follow_ups.
    """
    row = work.session.execute(
        select(func.count(), _count(FollowUp.outcome == "kept")).where(
            FollowUp.workspace_id == work.workspace_id,
            FollowUp.is_promise,
            FollowUp.due_on > shifted(day, -WINDOW_MONTHS),
            FollowUp.due_on <= day,
            or_(FollowUp.outcome.is_(None), FollowUp.outcome != "dropped"),
            *in_segment(work, FollowUp.account_id, segment),
        )
    ).one()
    return row[0], row[1]


def in_segment(work: Work, account_id: Any, segment: str | None) -> list[ColumnElement[bool]]:
    """The condition that a column's account is of a segment; none where none is asked for."""
    if segment is None:
        return []
    inside = work.select(Account.id).where(func.lower(Account.segment) == segment.strip().lower())
    return [account_id.in_(inside)]


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
