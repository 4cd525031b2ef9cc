"""The nightly forgetting: thoughts that were thought, and receipts, half a year later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.models import AgendaRow, Receipt, Workspace
from bot.rules.calendar import local_date, local_moment
from bot.services import agenda
from bot.services.agenda import Due, Thought

KEPT = timedelta(days=180)
CHUNK = 5000
NIGHT = time(3)


def plan_prune(session: Session, workspace_id: int, now: datetime) -> None:
    """Plan the next night's pruning; does nothing when it is planned. Called when a workspace is made or met."""
    zone = session.scalars(select(Workspace.timezone).where(Workspace.id == workspace_id)).one()
    tomorrow = local_date(now, zone) + timedelta(days=1)
    at = local_moment(tomorrow, NIGHT, zone)
    agenda.plan(session, workspace_id, [Thought("prune", f"workspace:{workspace_id}", str(tomorrow), at, 1000)])


def think_prune(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Delete what is older than `KEPT`, a chunk at most, so that no transaction grows long; then plan the next night.

    When there was a full chunk, the next one is due at once.
    """
    old = now - KEPT
    thoughts = (
        select(AgendaRow.id)
        .where(AgendaRow.workspace_id == workspace_id, AgendaRow.handled_at < old)
        .order_by(AgendaRow.id)
        .limit(CHUNK)
    )
    receipts = select(Receipt.id).where(Receipt.workspace_id == workspace_id, Receipt.received_at < old).limit(CHUNK)
    gone = list(session.scalars(thoughts))
    gone_receipts = list(session.scalars(receipts))
    if gone:
        session.execute(delete(AgendaRow).where(AgendaRow.id.in_(gone)))
    if gone_receipts:
        session.execute(delete(Receipt).where(Receipt.id.in_(gone_receipts)))
    if len(gone) == CHUNK or len(gone_receipts) == CHUNK:
        day = rows[-1].slot.partition("+")[0]
        slot = f"{day}+{gone[-1] if gone else gone_receipts[-1]}"
        agenda.plan(session, workspace_id, [Thought("prune", f"workspace:{workspace_id}", slot, now, 1000)])
    plan_prune(session, workspace_id, now)
