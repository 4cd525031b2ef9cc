"""Job handlers of handoffs that still wait: first the receiver hears it, then the giver and their manager.

Whoever is away hears of it when they are back; what was settled, or withdrawn, meanwhile is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import DueJob
from bot.handoffs import notify, schedule
from bot.handoffs.queries import HandoffView, several
from bot.handoffs.rules import State
from bot.workspace import context


def run_reminder(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Remind the receiver, once."""
    for handoff in _still_waiting(session, workspace_id, rows, now):
        if not handoff.receiver_gone:
            notify.remind(session, workspace_id, handoff, now)


def run_late(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Tell the giver and their manager, once."""
    for handoff in _still_waiting(session, workspace_id, rows, now):
        notify.tell_late(session, workspace_id, handoff, now)


def _still_waiting(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> list[HandoffView]:
    """Those that wait and whose reader is at work; of the others, those that wait are put off."""
    here = context.load(session, workspace_id)
    found = several(session, workspace_id, [row.subject_id for row in rows])
    speaking: list[HandoffView] = []
    later: list[DueJob] = []
    for row in rows:
        handoff = found.pop(row.subject_id, None)
        if handoff is None or handoff.state != State.WAITING:
            continue
        if schedule.hours(here, handoff, row.kind).is_open(now):
            speaking.append(handoff)
        else:
            later.append(schedule.put_off(here, handoff, row, now))
    jobs.reschedule(session, workspace_id, later)
    return speaking
