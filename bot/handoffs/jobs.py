"""Job handlers of handoffs that still wait: first the receiver hears it, then the giver and their manager.

Whoever is away hears of it when they are back; what was settled, or withdrawn, meanwhile is silent.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.agenda import jobs
from bot.agenda.jobs import DueJob
from bot.db.work import Work
from bot.handoffs import notify, schedule
from bot.handoffs.queries import HandoffView, several
from bot.handoffs.rules import State
from bot.workspace import context


def run_reminder(work: Work, rows: Sequence[DueJob]) -> None:
    """Remind the receiver, once."""
    for handoff in _still_waiting(work, rows):
        if not handoff.receiver_gone:
            notify.remind(work, handoff)


def run_late(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell the giver and their manager, once."""
    for handoff in _still_waiting(work, rows):
        notify.tell_late(work, handoff)


def _still_waiting(work: Work, rows: Sequence[DueJob]) -> list[HandoffView]:
    """Those that wait and whose reader is at work; of the others, those that wait are put off."""
    ws = context.of(work)
    found = several(work, [row.subject_id for row in rows])
    speaking: list[HandoffView] = []
    later: list[DueJob] = []
    for row in rows:
        handoff = found.pop(row.subject_id, None)
        if handoff is None or handoff.state != State.WAITING:
            continue
        if schedule.hours(ws, handoff, row.kind).is_open(work.now):
            speaking.append(handoff)
        else:
            later.append(schedule.put_off(ws, handoff, row, work.now))
    jobs.reschedule(work, later)
    return speaking
