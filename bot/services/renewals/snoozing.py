"""A snooze ends: the card speaks again, to the one who snoozed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.rules.story import Line
from bot.services.agenda import Due
from bot.services.renewals import escalations, office, schedule, telling
from bot.services.renewals.batch import Batch
from bot.services.renewals.due import countdown, due_states
from bot.services.renewals.state import State


def think_snooze_end(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Wake a renewal. A snooze that was changed since, or has lost its renewal, ends in silence."""
    here = office.load(session, workspace_id)
    batch = Batch(here, now)
    for row, s in due_states(session, here, rows):
        if s.snoozed_until is None or s.snoozed_until > schedule.today_of(here, s, now):
            continue
        if s.is_unsigned and not schedule.may_speak(here, s, now):
            batch.think(schedule.again(row, schedule.soon(here, s, now)))
            continue
        _wake(batch, s, row)
    batch.write(session)


def _wake(batch: Batch, s: State, row: Due) -> None:
    here = batch.office
    today = schedule.today_of(here, s, batch.now)
    details = {"until": str(s.snoozed_until), "reason": s.snooze_reason, **countdown(s, today)}
    s = batch.change(s, snoozed_until=None, snooze_reason="")
    if s.is_unsigned:
        rung = schedule.rung_now(here, s, today)
        # The waking says how many days are left: a rung that has come meanwhile need not say it again.
        s = batch.change(s, rung=rung if rung is not None else s.rung, rung_on=today)
        s = batch.card(s)
        by = row.facts.get("by")
        to, away = telling.mention(batch, s) if by is None or s.is_away(by, today) else (by, {})
        batch.line(s, Line.WOKE, row.slot, {**details, **away}, to)
        if s.rung is not None:
            escalations.plan_unclaimed(batch, s, s.rung)
    elif s.carded_at is not None:
        batch.card(s)
