"""A ladder that begins again: its deadline has moved, or a renewal that was signed or lost is open once more."""

from __future__ import annotations

from bot.renewals import idle, schedule
from bot.renewals.batch import RenewalBatch
from bot.renewals.view import RenewalView


def restart_ladder(batch: RenewalBatch, s: RenewalView) -> RenewalView:
    """Plan a renewal's ladder anew. What was said for an old deadline is not held against a later one.

    The caller has cancelled what was scheduled before (`schedule.LADDER`).
    """
    office, now = batch.office, batch.now
    reached = schedule.rung_reached(office, s, s.today(office, now))
    if s.rung is not None:
        s = batch.change(s, rung=None if reached is None else max(s.rung, reached))
    if s.snoozed_until is not None and s.snoozed_until > s.deadline:
        s = batch.change(s, snoozed_until=None)
    batch.schedule(schedule.first_reminder(office, s, now))
    batch.schedule(schedule.term_end(office, s))
    if idle.is_begun(s):
        idle.watch_silence(batch, s)
    if s.carded_at is not None:
        batch.schedule(schedule.refresh(office, s, now))
    return s
