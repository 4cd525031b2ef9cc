"""A snooze ends: what fell due meanwhile is said, to the one who snoozed it. With nothing kept, it ends in silence."""

from __future__ import annotations

from collections.abc import Sequence

from bot.agenda.jobs import DueJob
from bot.db.work import Work
from bot.renewals import notify, schedule, unclaimed
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import Line
from bot.renewals.view import RenewalView, countdown, is_attended, load_due
from bot.workspace import context


def run_snooze_end(work: Work, rows: Sequence[DueJob]) -> None:
    """Wake a renewal. A snooze that was changed since, or has lost its renewal, ends in silence."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    for row, s in load_due(work, rows):
        if s.snoozed_until is None or s.snoozed_until > s.today(ws, work.now):
            continue
        if s.is_unsigned and not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
            continue
        _wake(batch, s, row)
    batch.write()


def _wake(batch: RenewalBatch, s: RenewalView, row: DueJob) -> None:
    ws = batch.ws
    today = s.today(ws, batch.now)
    details = {"until": str(s.snoozed_until), "reason": s.snooze_reason, **countdown(s, today)}
    rung = schedule.rung_now(ws, s, today)
    is_quiet = is_attended(s, schedule.policy_of(ws, s).claimed_quiet_days, batch.now)
    has_kept = s.is_kept_silent or (rung is not None and not is_quiet)
    awake = {"snoozed_at": None, "touched_before_snooze": None, "is_kept_silent": False}
    s = batch.change(s, snoozed_until=None, snooze_reason="", **awake)
    if s.is_unsigned and has_kept:
        if rung is not None:
            # The waking says how many days are left: a rung that has come this morning need not say it again.
            s = batch.change(s, rung=rung, rung_on=today)
        s = batch.refresh_card(s)
        by = row.facts.get("by")
        to, away = notify.mention(batch, s) if by is None or s.is_away(by, today) else (by, {})
        batch.post_in_thread(s, Line.WOKE, row.facts["snooze"], {**details, **away}, to)
        if s.rung is not None:
            unclaimed.plan_unclaimed(batch, s, s.rung)
    elif s.carded_at is not None:
        batch.refresh_card(s)
