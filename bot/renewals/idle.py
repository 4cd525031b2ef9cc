"""A renewal that someone is on is not yet a safe one: silence near the deadline is told, a claim without work ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.agenda.jobs import DueJob, Job
from bot.db.work import Work
from bot.renewals import notify, schedule, unclaimed
from bot.renewals.batch import RenewalBatch
from bot.renewals.job_kinds import HangsOn, RenewalJob, hanging_on
from bot.renewals.line_codes import ESCALATED, Line, NoticeCode
from bot.renewals.rules.escalation import EscalationAudience
from bot.renewals.rules.stages import Forecast, Stage
from bot.renewals.view import Keeper, RenewalView, countdown, load_due, silence
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

KINDS = hanging_on(HangsOn.CLAIM)


def watch(batch: RenewalBatch, s: RenewalView) -> None:
    """Look at a claim again when it has been left alone for long, and at silence near the deadline."""
    batch.schedule(Job(RenewalJob.CLAIM_IDLE, s.subject, "", _asked_at(batch.ws, s, batch.now)))
    watch_silence(batch, s)


def watch_silence(batch: RenewalBatch, s: RenewalView) -> None:
    """Look at silence near the deadline, from the day on which it can have lasted long enough."""
    if s.is_unsigned and s.deadline > s.today(batch.ws, batch.now):
        batch.schedule(Job(RenewalJob.QUIET, s.subject, "", _quiet_at(batch.ws, s, batch.now)))


def is_begun(s: RenewalView) -> bool:
    """Whether somebody works on it, or did: of what nobody has begun the rungs and the escalation tell."""
    return s.claimed_by_id is not None or s.forecast == Forecast.AT_RISK or s.stage != Stage.UPCOMING


def run_quiet(work: Work, rows: Sequence[DueJob]) -> None:
    """Near the deadline and no update for days, though it was begun: the manager hears, once for each silence."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    for row, s in load_due(work, rows):
        today = s.today(ws, work.now)
        if not s.is_unsigned or today > s.deadline:
            continue
        if not is_begun(s):
            continue
        at = max(_quiet_at(ws, s, work.now), _after_snooze(ws, s, work.now))
        occasion = silence(s)
        if at > work.now or s.was_notified("quiet", occasion):
            following = max(at, s.hours(ws).next_morning(work.now + timedelta(days=1)))
            batch.reschedule(row, at if at > work.now else following)
        elif not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
        else:
            s = batch.mark_notified(s, "quiet", occasion)
            if notify.notify(batch, s, NoticeCode.QUIET, occasion, EscalationAudience.MANAGER):
                batch.event(s, ESCALATED, {"step": "quiet", "to": EscalationAudience.MANAGER})
            batch.reschedule(row, s.hours(ws).next_morning(work.now))
    batch.write()


def run_claim_idle(work: Work, rows: Sequence[DueJob]) -> None:
    """Someone has been on it for long without an update: ask them in the thread, and say when it is free again."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    for row, s in load_due(work, rows):
        if not s.is_unsigned or s.claimer is None:
            continue
        today, claimer = s.today(ws, work.now), s.claimer
        at = max(_asked_at(ws, s, work.now), _after_snooze(ws, s, work.now))
        if away := notify.absent(ws, claimer.slack_id, claimer.away_until, work.now):
            at = max(at, notify.back_at(ws, s, away, work.now))
        if at > work.now:
            batch.reschedule(row, at)
        elif not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
        else:
            days = schedule.policy_of(ws, s).claim_free_after_working_days
            free_at = s.hours(ws).next_morning(work.now, days)
            free_on = s.hours(ws).day(free_at)
            details = {"since": str(_touched_on(ws, s)), "next_on": str(free_on)}
            s = batch.refresh_card(s)
            details |= countdown(s, today)
            batch.post_in_thread(s, Line.CLAIM_IDLE, f"{work.now:%Y-%m-%d}", details, claimer.slack_id)
            batch.schedule(Job(RenewalJob.CLAIM_FREE, s.subject, "", free_at, 0, {"asked_at": work.now.isoformat()}))
    batch.write()


def run_claim_free(work: Work, rows: Sequence[DueJob]) -> None:
    """They were asked and did nothing: nobody is on it any more, the thread hears it, the escalation begins again."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    for row, s in load_due(work, rows):
        if not s.is_unsigned or s.claimer is None:
            continue
        asked_at = datetime.fromisoformat(row.facts["asked_at"])
        if s.touched_at is not None and s.touched_at > asked_at:
            batch.schedule(Job(RenewalJob.CLAIM_IDLE, s.subject, "", _asked_at(ws, s, work.now)))
        elif not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
        else:
            _free(batch, s, s.claimer)
    batch.write()


def _free(batch: RenewalBatch, s: RenewalView, claimer: Keeper) -> None:
    today = s.today(batch.ws, batch.now)
    details = {"from": claimer.name, "since": str(_touched_on(batch.ws, s)), **countdown(s, today)}
    s = batch.change(s, claimed_by_id=None, claimed_at=None)
    s = s._replace(claimer=None)
    s = unclaimed.start_over(batch, s)
    s = batch.refresh_card(s)
    batch.event(s, Line.FREED, {"from": details["from"]})
    to, away = notify.mention(batch, s)
    batch.post_in_thread(s, Line.FREED, f"{batch.now:%Y-%m-%d}", {**details, **away}, to)
    if s.rung is not None:
        unclaimed.plan_unclaimed(batch, s, s.rung)


def _asked_at(ws: WorkspaceContext, s: RenewalView, now: datetime) -> datetime:
    """When a claim without an update since is asked about."""
    days = schedule.policy_of(ws, s).claim_ask_after_working_days
    return s.hours(ws).morning(s.hours(ws).working_days_after(_touched_on(ws, s), days))


def _quiet_at(ws: WorkspaceContext, s: RenewalView, now: datetime) -> datetime:
    """When silence since the last update is told: near the deadline, and so many days after the update."""
    policy = schedule.policy_of(ws, s)
    near = s.deadline - timedelta(days=policy.quiet_from_days_left)
    return s.hours(ws).morning(max(near, _touched_on(ws, s) + timedelta(days=policy.quiet_after_days)))


def _after_snooze(ws: WorkspaceContext, s: RenewalView, now: datetime) -> datetime:
    return s.hours(ws).morning(s.snoozed_until) if s.snoozed_until is not None else now


def _touched_on(ws: WorkspaceContext, s: RenewalView) -> date:
    return s.hours(ws).day(s.touched_at or s.claimed_at or s.stage_at)
