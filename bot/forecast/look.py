"""A look at a call on a morning: what needs the manager is a row of their morning message, once for each cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.db.scope import among, within
from bot.db.work import Work
from bot.forecast.job_kinds import ForecastJob
from bot.forecast.messages import reasons_of, signs_words, unproven_words
from bot.forecast.queries import Standing, standings
from bot.forecast.rules.causes import CallCause, CallCauseKind, causes, days_to_next_look
from bot.health.events import ScoresComputed
from bot.models import Escalation, Renewal
from bot.renewals import notify
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import ESCALATED, NoticeCode
from bot.renewals.rules.escalation import EscalationAudience
from bot.renewals.schedule import policy_of
from bot.renewals.view import RenewalView, load_due
from bot.slack import text
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

STEP = "forecast"
"""The step of escalation under which a renewal remembers the causes that were told."""


_CALLED = select(Renewal.id).where(
    within(Renewal.workspace_id, bindparam("of")),
    among(Renewal.account_id),
    Renewal.closed_at.is_(None),
    Renewal.signed_at.is_(None),
    Renewal.forecast.is_not(None),
)


def look_at(subject: str, at: datetime) -> Job:
    """The job that looks at a call; urgent, so that its row stands in that morning's message."""
    return Job(ForecastJob.LOOK, subject, "", at, -1)


def on_scores_computed(work: Work, event: ScoresComputed) -> None:
    """Something was learnt of these accounts: their calls are looked at on the next morning.

    Of a night's scores only those count that came out differently: what merely grew older is looked at on its day.
    """
    ids = [one.account_id for one in event.rescored if not event.is_sweep or one.before != one.score]
    if not ids:
        return
    called = work.rows(_CALLED, ids=ids).scalars().all()
    if not called:
        return
    morning = context.of(work).hours.next_morning(work.now)
    jobs.schedule(work, [look_at(f"renewal:{number}", morning) for number in called])


def run_looks(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell the manager what is new against these calls, or wait for the end of the quiet time; plan the next look."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    due = list(load_due(work, rows))
    stand = standings(work, [s.id for _, s in due], with_signs=True)
    told_at = _told_at(work, [s.id for _, s in due])
    for row, s in due:
        one = stand[s.id]
        if one.call is None or not s.is_unsigned:
            continue
        if not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
            continue
        found = causes(one.call, one.key, one.known, one.signs, one.policy, one.today)
        new = [cause for cause in found if not s.was_notified(STEP, cause.occasion)]
        quiet_until = _quiet_until(ws, s, told_at.get(s.id))
        if new and (wake := _wakes(ws, s, quiet_until, work.now)) is not None:
            batch.reschedule(row, wake)
            continue
        if new:
            _tell(batch, s, one, found, new)
        ahead = days_to_next_look(one.known, one.policy)
        if ahead is not None:
            batch.reschedule(row, s.hours(ws).morning(one.today + timedelta(days=ahead)))
    batch.write()


def _told_at(work: Work, renewal_ids: Sequence[int]) -> Mapping[int, datetime]:
    rows = work.session.execute(
        work.select(Escalation.renewal_id, func.max(Escalation.told_at, type_=Escalation.told_at.type))
        .where(Escalation.renewal_id.in_(renewal_ids), Escalation.step == STEP, Escalation.told_at.is_not(None))
        .group_by(Escalation.renewal_id)
    )
    return {row[0]: row[1] for row in rows}


def _quiet_until(ws: WorkspaceContext, s: RenewalView, told_at: datetime | None) -> datetime | None:
    if told_at is None:
        return None
    return s.hours(ws).morning(s.hours(ws).day(told_at) + timedelta(days=policy_of(ws, s).forecast_quiet_days))


def _wakes(ws: WorkspaceContext, s: RenewalView, quiet_until: datetime | None, now: datetime) -> datetime | None:
    """When it may be told, if that is not now: after the quiet time, and after a snooze."""
    snooze = s.hours(ws).morning(s.snoozed_until) if s.snoozed_until is not None else None
    until = max((at for at in (quiet_until, snooze) if at is not None), default=None)
    return until if until is not None and until > now else None


def _tell(
    batch: RenewalBatch, s: RenewalView, one: Standing, found: Sequence[CallCause], new: Sequence[CallCause]
) -> None:
    """One row with both keys and all that speaks against the call; each cause is remembered, whoever hears of it."""
    assert one.call is not None
    signs = [cause.sign for cause in found if cause.sign is not None]
    zone = context.of(batch.work).zone
    details = {
        "forecast": one.call.forecast.value,
        "computed": one.key.forecast.value,
        "called_by": one.called_by,
        "because": text.listed(reasons_of(one.key, one.known)),
        "older": signs_words(signs, [local_date(sign.at, zone) for sign in signs], one.today),
        "unproven": unproven_words(one.known) if any(c.kind is CallCauseKind.UNPROVEN for c in found) else "",
    }
    for cause in new:
        s = batch.mark_notified(s, STEP, cause.occasion)
    slot = f"{one.call.forecast}:{one.call.number}"
    if notify.notify(batch, s, NoticeCode.FORECAST, slot, EscalationAudience.MANAGER, more=details):
        batch.event(s, ESCALATED, {"step": STEP, "to": EscalationAudience.MANAGER})
