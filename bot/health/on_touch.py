"""What follows from a touchpoint: the account's open renewals were touched, and its score is made anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from bot import health
from bot.models import Event, Renewal, Touchpoint
from bot.touchpoints.rules.line import Kind


def touched(session: Session, workspace_id: int, account_id: int, kind: str, at: datetime, now: datetime) -> None:
    """A contact was logged. A note never reached the customer, and changes nothing."""
    if kind == Kind.NOTE:
        return
    session.execute(
        update(Renewal)
        .where(*_open(workspace_id, account_id), or_(Renewal.touched_at.is_(None), Renewal.touched_at < at))
        .values(touched_at=at)
    )
    health.rescore_soon(session, workspace_id, [account_id], now)


def taken_back(session: Session, workspace_id: int, account_id: int, kind: str, at: datetime, now: datetime) -> None:
    """A contact was deleted or became something else: a renewal that was quiet because of it is so no longer."""
    if kind == Kind.NOTE:
        return
    last = session.scalar(
        select(func.max(Touchpoint.at, type_=Touchpoint.at.type)).where(
            Touchpoint.workspace_id == workspace_id,
            Touchpoint.account_id == account_id,
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
    )
    quiet = select(Renewal.id, Renewal.claimed_at, Renewal.stage_at).where(
        *_open(workspace_id, account_id), Renewal.touched_at == at
    )
    for renewal_id, claimed_at, stage_at in session.execute(quiet).all():
        # What else touched it is not kept; too early a moment only lets a reminder speak that might have been silent.
        earlier = max((moment for moment in (claimed_at, stage_at, last) if moment is not None), default=None)
        session.execute(update(Renewal).where(Renewal.id == renewal_id).values(touched_at=earlier))
    health.rescore_soon(session, workspace_id, [account_id], now)


def leave_trace(
    session: Session, workspace_id: int, account_id: int, code: str, by_id: int, facts: dict[str, object], now: datetime
) -> None:
    """One event for the account's timeline: a touchpoint was edited, deleted or undone, and what it said before."""
    session.add(
        Event(workspace_id=workspace_id, account_id=account_id, kind=code, by_id=by_id, at=now, facts=dict(facts))
    )


def _open(workspace_id: int, account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Renewal.workspace_id == workspace_id,
        Renewal.account_id == account_id,
        Renewal.closed_at.is_(None),
    )
