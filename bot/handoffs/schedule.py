"""When the jobs of a waiting handoff fall due: first for its receiver, later for the giver and their manager."""

from __future__ import annotations

from datetime import date, datetime

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.hours import Hours
from bot.db.work import Work
from bot.handoffs import rules
from bot.handoffs.job_kinds import HandoffJob
from bot.handoffs.queries import HandoffView
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

REMINDER, LATE = KINDS = (HandoffJob.REMINDER, HandoffJob.LATE)


def plan(work: Work, handoff: HandoffView) -> None:
    """Put both jobs on the agenda."""
    ws = context.of(work)
    days = ((REMINDER, reminded_on(ws, handoff)), (LATE, late_on(ws, handoff)))
    moments = [(kind, hours(ws, handoff, kind).present().morning(day)) for kind, day in days]
    jobs.schedule(work, [Job(kind, handoff.subject, "", at, 15) for kind, at in moments])


def reminded_on(ws: WorkspaceContext, handoff: HandoffView) -> date:
    """The day on which the receiver is reminded."""
    return rules.reminded_on(_given_on(handoff), ws.policies.of(handoff.tier), hours(ws, handoff, REMINDER).days_off)


def late_on(ws: WorkspaceContext, handoff: HandoffView) -> date:
    """The day on which the giver and their manager are told."""
    free = hours(ws, handoff, LATE).days_off
    return rules.late_on(_given_on(handoff), ws.policies.of(handoff.tier), free)


def asked_after(work: Work, handoff: HandoffView) -> tuple[date, date]:
    """The days on which the receiver is reminded, and on which the giver hears that it still waits."""
    ws = context.of(work)
    return reminded_on(ws, handoff), late_on(ws, handoff)


def hours(ws: WorkspaceContext, handoff: HandoffView, kind: str) -> Hours:
    """When a job may speak: while the receiver is at work and back, or at the giver's hours, away or not."""
    receiver = (handoff.receiver_zone, handoff.receiver_country, handoff.receiver_hours, handoff.receiver_away)
    giver = (handoff.giver_zone, handoff.giver_country, handoff.giver_hours)
    whose = ws.working.of(*receiver) if kind == REMINDER else ws.working.of(*giver)
    return whose.starting(ws.policies.of(handoff.tier).alert_time)


def put_off(ws: WorkspaceContext, handoff: HandoffView, row: DueJob, now: datetime) -> DueJob:
    """The same job, when they work next."""
    return row.moved_to(hours(ws, handoff, row.kind).next_open(now))


def _given_on(handoff: HandoffView) -> date:
    return local_date(handoff.created_at, handoff.receiver_zone)
