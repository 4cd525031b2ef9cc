"""Goes on with an earlier demo: the database remembers what people did, the sandbox has forgotten what was said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.models import Delivery, Event, JobRow, Lease, Member, Post, PulseRound, Receipt, Renewal
from bot.models.post import DeliveryRole

CARD, PULSE = "renewal_card", "pulse_card"


def last_moment(session: Session) -> datetime | None:
    """The latest moment anything happened in an earlier demo; None when there was none. Its clock cannot go back."""
    moments = (
        session.scalar(select(func.max(c))) for c in (JobRow.handled_at, Post.created_at, Event.at, Lease.expires_at)
    )
    return max((moment for moment in moments if moment is not None), default=None)


def say_cards_again(session: Session, now: datetime) -> None:
    """Let the cards of open renewals and running pulses be posted anew; every other message is forgotten."""
    session.execute(delete(Post).where(Post.kind.not_in((CARD, PULSE))))
    closed = select(Renewal.id).where(Renewal.closed_at.is_not(None))
    keys = [f"renewal:{renewal_id}:card" for renewal_id in session.scalars(closed)]
    running = {
        str(round_id) for round_id in session.scalars(select(PulseRound.id).where(PulseRound.closed_at.is_(None)))
    }
    pulses = session.scalars(select(Post.key).where(Post.kind == PULSE))
    keys += [key for key in pulses if key.split(":")[1] not in running]
    session.execute(delete(Post).where(Post.key.in_(keys)))
    session.execute(delete(Delivery).where(Delivery.role != DeliveryRole.HOME))
    nowhere = {"ts": None, "sent_channel": None, "sent_revision": 0, "attempts": 0, "error": None}
    session.execute(update(Delivery).values(**nowhere, state="waiting", due_at=now))
    session.execute(update(Member).values(dm_channel=None))
    session.execute(delete(Receipt))
