"""Not over until paid: a signature asks for its invoice, an invoice for its payment, and silence is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.agenda.jobs import DueJob, Job
from bot.db.work import Work
from bot.renewals import notify, schedule
from bot.renewals.batch import RenewalBatch
from bot.renewals.job_kinds import RenewalJob
from bot.renewals.line_codes import ESCALATED, Line, NoticeCode
from bot.renewals.rules.escalation import unpaid_audience
from bot.renewals.rules.stages import Stage
from bot.renewals.view import RenewalView, load_due
from bot.workspace import context

_OWED = (Stage.SIGNED, Stage.INVOICED)


def plan_money(batch: RenewalBatch, s: RenewalView) -> None:
    """What is asked for after a signature or an invoice, some working days later, and when silence is told."""
    ws, now = batch.ws, batch.now
    days = schedule.policy_of(ws, s).money_reminder_working_days
    ask_at = s.hours(ws).next_morning(now, days)
    kind = RenewalJob.ASK_INVOICED if s.stage == Stage.SIGNED else RenewalJob.ASK_PAID
    batch.schedule(Job(kind, s.subject, "", ask_at))
    unpaid = schedule.unpaid(ws, s)
    # A late signature is not told as unpaid on the day it comes.
    batch.schedule(replace(unpaid, due_at=max(unpaid.due_at, ask_at)))


def run_ask_invoiced(work: Work, rows: Sequence[DueJob]) -> None:
    """Signed some working days ago and still not invoiced: ask in the thread."""
    _ask(work, rows, Stage.SIGNED, Line.ASK_INVOICED)


def run_ask_paid(work: Work, rows: Sequence[DueJob]) -> None:
    """Invoiced some working days ago and still not paid: ask in the thread."""
    _ask(work, rows, Stage.INVOICED, Line.ASK_PAID)


def run_unpaid(work: Work, rows: Sequence[DueJob]) -> None:
    """Long after the renewal date and still not paid: owner and manager are told, once."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    for row, s in load_due(work, rows):
        if s.closed_at is not None or s.stage not in _OWED or s.was_notified("unpaid", ""):
            continue
        if not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
            continue
        s = batch.refresh_card(batch.mark_notified(s, "unpaid", ""))
        today = s.today(ws, work.now)
        details = {"renewal_date": str(s.renewal_date), "as_of": str(today), "stage": s.stage}
        batch.post_in_thread(s, Line.UNPAID, str(s.renewal_date), details)
        told = [
            audience
            for audience in unpaid_audience()
            if notify.notify(batch, s, NoticeCode.UNPAID, str(s.renewal_date), audience)
        ]
        if told:
            batch.event(s, ESCALATED, {"step": "unpaid", "to": told[-1]})
    batch.write()


def _ask(work: Work, rows: Sequence[DueJob], stage: Stage, code: Line) -> None:
    ws = context.of(work)
    batch = RenewalBatch(work)
    for row, s in load_due(work, rows):
        if s.closed_at is not None or s.stage != stage:
            continue
        if not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
            continue
        today = s.today(ws, work.now)
        since = str(s.hours(ws).day(s.stage_at))
        s = batch.refresh_card(s)
        details = {"since": since, "as_of": str(today)}
        if s.stage == Stage.SIGNED and s.renewed_by_itself:
            details |= {"since": str(s.renewal_date), "by_itself": "yes"}
        to, away = notify.mention(batch, s)
        batch.post_in_thread(s, code, f"{s.stage_at:%Y-%m-%dT%H%M%S}", {**details, **away}, to)
    batch.write()
