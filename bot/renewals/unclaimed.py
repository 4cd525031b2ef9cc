"""When nobody takes a renewal on: first its owner is mentioned, then the owner's manager is told. Each once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.agenda.jobs import DueJob, Job
from bot.db.work import Work
from bot.renewals import notify, schedule
from bot.renewals.batch import RenewalBatch
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import ESCALATED, Line, NoticeCode
from bot.renewals.rules.escalation import EscalationAudience, escalates_unclaimed
from bot.renewals.view import RenewalView, countdown, load_due
from bot.workspace import context

_STEPS = (EscalationAudience.OWNER, EscalationAudience.MANAGER)


def plan_unclaimed(batch: RenewalBatch, s: RenewalView, rung: int) -> None:
    """After a rung that escalates: what happens if nobody is on it some working days later."""
    if left := _steps_left(batch, s, rung):
        batch.schedule(_step(batch, s, left[0], rung), keep=True)


def hears_next(batch: RenewalBatch, s: RenewalView, rung: int) -> dict[str, str]:
    """Who beside its owner is told if nobody takes it on after this rung, and on which day; empty when nobody is."""
    left = _steps_left(batch, s, rung)
    name = notify.next_recipient(batch.ws, s, EscalationAudience.MANAGER) if left else ""
    if not name:
        return {}
    at = batch.now
    for step in left:
        at = s.hours(batch.ws).next_morning(at, _waits(batch, s, step))
    return {"next": name, "next_on": str(s.hours(batch.ws).day(at))}


def _steps_left(batch: RenewalBatch, s: RenewalView, rung: int) -> list[EscalationAudience]:
    if s.claimed_by_id is not None or not escalates_unclaimed(rung, schedule.policy_of(batch.ws, s)):
        return []
    return [step for step in _STEPS if not s.was_notified(f"unclaimed_{step}", _occasion(s))]


def run_unclaimed(work: Work, rows: Sequence[DueJob]) -> None:
    """Some working days after a rung: tell the owner, and later the manager, unless someone is on it by now."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    for row, s in load_due(work, rows):
        step = EscalationAudience(row.facts["step"])
        has_reason = s.is_unsigned and s.claimed_by_id is None
        if not has_reason or s.was_notified(f"unclaimed_{step}", _occasion(s)):
            continue
        if s.snoozed_until is not None:
            if step is EscalationAudience.OWNER or notify.next_recipient(ws, s, EscalationAudience.MANAGER):
                batch.change(s, is_kept_silent=True)
            continue
        if not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
        elif step is EscalationAudience.OWNER:
            _tell_owner(batch, s)
        else:
            _tell_manager(batch, s)
    batch.write()


def start_over(batch: RenewalBatch, s: RenewalView) -> RenewalView:
    """Nobody is on it any more: what was told before someone took it on is told anew."""
    return batch.change(s, escalation_round=s.escalation_round + 1)


def _occasion(s: RenewalView) -> str:
    # An escalation that starts over says everything anew.
    return f"{s.deadline}.{s.escalation_round}" if s.escalation_round else str(s.deadline)


def _mark(batch: RenewalBatch, s: RenewalView, step: EscalationAudience) -> RenewalView:
    return batch.mark_notified(s, f"unclaimed_{step}", _occasion(s))


def _step(batch: RenewalBatch, s: RenewalView, step: EscalationAudience, rung: int) -> Job:
    at = s.hours(batch.ws).next_morning(batch.now, _waits(batch, s, step))
    return Job(RenewalJob.UNCLAIMED, s.subject, f"{step}:{rung}", at, 0, {"step": step})


def _waits(batch: RenewalBatch, s: RenewalView, step: EscalationAudience) -> int:
    """Working days until this step, from the one before."""
    policy = schedule.policy_of(batch.ws, s)
    return policy.escalate_owner_after if step is EscalationAudience.OWNER else policy.escalate_manager_after


def _tell_owner(batch: RenewalBatch, s: RenewalView) -> None:
    today = s.today(batch.ws, batch.now)
    s = batch.refresh_card(_mark(batch, s, EscalationAudience.OWNER))
    following = _step(batch, s, EscalationAudience.MANAGER, s.rung or 0)
    told_next = notify.next_recipient(batch.ws, s, EscalationAudience.MANAGER)
    details = {"rung": str(s.rung or ""), **countdown(s, today)}
    if told_next:
        next_on = s.hours(batch.ws).day(following.due_at)
        details |= {"next": told_next, "next_on": str(next_on)}
    to, away = notify.mention(batch, s)
    batch.post_in_thread(s, Line.UNCLAIMED, _occasion(s), {**details, **away}, to)
    batch.event(s, ESCALATED, {"step": "unclaimed", "to": EscalationAudience.OWNER})
    batch.schedule(following, keep=True)


def _tell_manager(batch: RenewalBatch, s: RenewalView) -> None:
    s = batch.refresh_card(_mark(batch, s, EscalationAudience.MANAGER))
    if notify.notify(batch, s, NoticeCode.UNCLAIMED, _occasion(s), EscalationAudience.MANAGER):
        batch.event(s, ESCALATED, {"step": "unclaimed", "to": EscalationAudience.MANAGER})
