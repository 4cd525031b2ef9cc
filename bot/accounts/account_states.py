"""Which accounts were customers on a day, and in which segment and tier: asked of their story, by the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from bot.db.work import Work
from bot.models import Account, AccountStanding

_ROW = aliased(AccountStanding)


def row_on(work: Work, account_id: Any, day: date, known_at: datetime | None = None) -> ScalarSelect[int]:
    """The number of the AccountStanding that says what a column's account was on a day; null before its story begins.

    `known_at`: as it was known at that moment.
    """
    return _on(work, _ROW.id, account_id, day, known_at)


def tier_on(work: Work, day: date) -> ColumnElement[str]:
    """The tier that each of the statement's accounts had on a day; before its story begins, the one that it has."""
    return func.coalesce(_on(work, _ROW.tier, Account.id, day), Account.tier)


def segment_on(work: Work, account_id: Any, day: date) -> ColumnElement[str]:
    """The segment in which a column's account was on a day, in small letters; empty for none."""
    return func.lower(func.coalesce(_on(work, _ROW.segment, account_id, day), ""))


def _on(work: Work, column: Any, account_id: Any, day: date, known_at: datetime | None = None) -> ScalarSelect[Any]:
    known = [] if known_at is None else [_ROW.known_at <= known_at]
    return (
        select(column)
        .where(_ROW.workspace_id == work.workspace_id, _ROW.account_id == account_id, _ROW.effective_on <= day, *known)
        .order_by(_ROW.effective_on.desc(), _ROW.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def active_on(work: Work, day: date) -> list[ColumnElement[bool]]:
    """That a row of AccountStanding is what its account was on a day, and that it was a customer."""
    return [
        AccountStanding.workspace_id == work.workspace_id,
        AccountStanding.is_active.is_(True),
        AccountStanding.id == row_on(work, AccountStanding.account_id, day),
    ]


def in_segment_on(work: Work, segment: str, day: date) -> Select[int]:
    """The accounts, customers or not, that were in a segment on a day; its name in any case."""
    return work.select(AccountStanding.account_id).where(
        func.lower(AccountStanding.segment) == segment.strip().lower(),
        AccountStanding.id == row_on(work, AccountStanding.account_id, day),
    )


def standing_on(work: Work, account_id: int, day: date, known_at: datetime | None = None) -> AccountStanding | None:
    """What one account was on a day, as it is known now or as it was at a moment; None before its story begins."""
    return work.session.scalars(
        work.select(AccountStanding).where(AccountStanding.id == row_on(work, account_id, day, known_at))
    ).first()
