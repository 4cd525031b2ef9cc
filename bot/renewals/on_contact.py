"""A contact with the customer keeps the reminders of their open renewals quiet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from bot.db.scope import is_row
from bot.models import Renewal, Touchpoint
from bot.touchpoints.events import ContactTakenBack, CustomerContacted


def on_contact(session: Session, workspace_id: int, event: CustomerContacted, now: datetime) -> None:
    """A contact was logged: open renewals were touched then."""
    session.execute(
        update(Renewal)
        .where(*_open(workspace_id, event.account_id), or_(Renewal.touched_at.is_(None), Renewal.touched_at < event.at))
        .values(touched_at=event.at)
    )


def on_contact_taken_back(session: Session, workspace_id: int, event: ContactTakenBack, now: datetime) -> None:
    """A contact was deleted or became something else: a renewal that was quiet because of it is so no longer."""
    last = session.scalar(
        select(func.max(Touchpoint.at, type_=Touchpoint.at.type)).where(
            Touchpoint.workspace_id == workspace_id,
            Touchpoint.account_id == event.account_id,
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
    )
    quiet = select(Renewal.id, Renewal.claimed_at, Renewal.stage_at).where(
        *_open(workspace_id, event.account_id), Renewal.touched_at == event.at
    )
    for renewal_id, claimed_at, stage_at in session.execute(quiet).all():
        # What else touched it is not kept; too early a moment only lets a reminder speak that might have been silent.
        earlier = max((moment for moment in (claimed_at, stage_at, last) if moment is not None), default=None)
        session.execute(update(Renewal).where(is_row(Renewal, workspace_id, renewal_id)).values(touched_at=earlier))


def _open(workspace_id: int, account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Renewal.workspace_id == workspace_id,
        Renewal.account_id == account_id,
        Renewal.closed_at.is_(None),
    )
