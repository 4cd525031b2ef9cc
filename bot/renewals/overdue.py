"""A renewal date has passed and nothing is signed: told on the day and later, to more people each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.agenda.jobs import DueJob
from bot.db.work import Work
from bot.renewals import notify, schedule, unclaimed
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import Line, NoticeCode
from bot.renewals.load_due import load_due
from bot.renewals.rules.escalation import EscalationAudience, is_overdue, overdue_again, overdue_days
from bot.renewals.rules.stages import Stage
from bot.renewals.view import RenewalView
from bot.workspace import context


def run_overdue(work: Work, rows: Sequence[DueJob]) -> None:
    """Days after the renewal date and still nothing signed: tell more people than the last time."""
    here = context.of(work)
    batch = RenewalBatch(here, work.now)
    for row, s in load_due(work, rows):
        today = s.today(here, work.now)
        if not s.is_unsigned or not is_overdue(Stage(s.stage), s.auto_renew, s.renewal_date, today):
            continue
        if not s.hours(here).is_open(work.now):
            batch.reschedule(row, s.hours(here).next_open(work.now))
        elif s.destination(here).place is None:
            batch.reschedule(row, s.hours(here).next_morning(work.now))
            notify.alert_undeliverable(work, batch, s)
        else:
            tell_overdue(batch, s, today)
    batch.write(work.session)


def tell_overdue(batch: RenewalBatch, s: RenewalView, today: date) -> None:
    """Tell the mark that is reached, once. A first card says it itself; nobody else is told before it was read."""
    here = batch.office
    batch.schedule(schedule.following_overdue(here, s, batch.now))
    marks = schedule.policy_of(here, s).overdue_days
    repeated, _ = overdue_again(s.renewal_date, today, schedule.policy_of(here, s), s.hours(here).days_off)
    mark = repeated or overdue_days(s.renewal_date, today, schedule.policy_of(here, s), s.hours(here).days_off)
    step = f"overdue_{mark}@{s.renewal_date}"
    if mark is None or s.told(step):
        return
    is_first = s.carded_at is None
    s = batch.card(batch.tell_once(s, step))
    batch.event(s, "overdue", {"mark": mark})
    if is_first:
        unclaimed.plan_unclaimed(batch, s, 0)
        return
    details = {"mark": str(mark), "renewal_date": str(s.renewal_date), "as_of": str(today)}
    to, away = notify.mention(batch, s)
    batch.line(s, Line.OVERDUE, f"{mark}@{s.renewal_date}", {**details, **away}, to)
    reached = marks.index(mark) if mark in marks else len(marks)
    if reached > 0:
        audience = EscalationAudience.MANAGER if reached == 1 and len(marks) > 1 else EscalationAudience.LEADERSHIP
        notify.notify(batch, s, NoticeCode.OVERDUE, f"{mark}@{s.renewal_date}", audience)
