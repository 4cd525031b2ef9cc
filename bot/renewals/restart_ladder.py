"""A ladder that begins again: its deadline has moved, or a renewal that was signed or lost is open once more."""

from __future__ import annotations

from datetime import datetime

from bot.agenda.jobs import Thought
from bot.renewals import idle, schedule
from bot.renewals.batch import Batch
from bot.renewals.view import State


def begin_again(batch: Batch, s: State) -> State:
    """Plan a renewal's ladder anew. What was said for an old deadline is not held against a later one.

    The caller has dropped what was planned before (`schedule.LADDER`).
    """
    office, now = batch.office, batch.now
    reached = schedule.rung_reached(office, s, s.today(office, now))
    if s.rung is not None:
        s = batch.change(s, rung=None if reached is None else max(s.rung, reached))
    if s.snoozed_until is not None and s.snoozed_until > s.deadline:
        s = batch.change(s, snoozed_until=None)
    batch.think(_anew(schedule.first_word(office, s, now), now))
    batch.think(_anew(schedule.term_end(office, s), now))
    if idle.is_begun(s):
        idle.watch_silence(batch, s, f"{s.deadline}{schedule.AGAIN}{now:%Y-%m-%dT%H%M%S}")
    if s.carded_at is not None:
        batch.think(_anew(schedule.refresh(office, s, now), now))
    return s


def _anew(thought: Thought | None, now: datetime) -> Thought | None:
    """A thought that may have been planned, and thought, for the same deadline before it moved away and back."""
    if thought is None:
        return None
    slot = f"{thought.slot}{schedule.AGAIN}{now:%Y-%m-%dT%H%M%S}"
    return Thought(thought.kind, thought.subject, slot, thought.due_at, thought.urgency, thought.facts)
