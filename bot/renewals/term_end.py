"""The day a term ends: what renews by itself rolls on and says so, the rest is overdue, what was lost is over.

Each contract goes by its own date: contracts that renew together may end weeks apart, some by themselves, some not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, or_, select, update

from bot.accounts.events import ContractsWritten
from bot.agenda.jobs import DueJob
from bot.core import events
from bot.db.work import Work
from bot.models import Contract
from bot.renewals import notify, payments, schedule, split, unclaimed
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import Line, NoticeCode
from bot.renewals.new_card_limit import FirstCard, spread
from bot.renewals.reconcile import plan_accounts
from bot.renewals.rollover import Rolling, roll, running, unshared
from bot.renewals.rules.escalation import (
    EscalationAudience,
    is_overdue,
    overdue_again,
    overdue_days,
    renews_by_itself,
)
from bot.renewals.rules.stages import Stage
from bot.renewals.view import RenewalView, load_due
from bot.workspace import context

Ready = tuple[DueJob, RenewalView]


def run_term_end(work: Work, rows: Sequence[DueJob]) -> None:
    """A renewal date has come. What renews by itself, and what was signed, goes on to its next term."""
    here = context.of(work)
    batch = RenewalBatch(work)
    ready: list[Ready] = []
    firsts: list[FirstCard] = []
    lost: list[RenewalView] = []
    for row, s in load_due(work, rows):
        if s.today(here, work.now) < s.renewal_date or (s.closed_at is not None and s.stage != Stage.LOST):
            continue
        place = s.destination(here).place
        if s.stage == Stage.LOST:
            lost.append(s)
        elif not s.hours(here).is_open(work.now):
            batch.reschedule(row, s.hours(here).next_open(work.now))
        elif s.is_unsigned and s.carded_at is None and place is not None:
            firsts.append(FirstCard(row, s, place))
        else:
            ready.append((row, s))
    today, later = spread(work, firsts)
    batch.put_off(later)
    end_lost(work, batch, lost)
    went_on = _end_terms(work, batch, [*ready, *((first.due, first.state) for first in today)])
    batch.write()
    plan_accounts(work, [s.account_id for s in went_on])


def _end_terms(work: Work, batch: RenewalBatch, ready: Sequence[Ready]) -> list[RenewalView]:
    """What became of these renewals; gives those whose contracts went on, all or some of them."""
    contracts = running(work, [s.id for _, s in ready])
    by_itself: list[RenewalView] = []
    signed: list[RenewalView] = []
    parted: list[RenewalView] = []
    for row, s in ready:
        if not s.is_unsigned:
            signed.append(s)
            continue
        today, own = s.today(batch.ws, batch.now), contracts.get(s.id, [])
        rolls = [c for c in own if renews_by_itself(Stage(s.stage), c.auto_renew, c.renewal_date, today)]
        rest = [c for c in own if c not in rolls]
        if rolls and rest:
            by_itself.append(split.part(work, batch, s, rolls))
            parted.append(s)
        elif rolls or (not own and s.auto_renew):
            by_itself.append(s)
            continue
        _wait_for_rest(work, batch, row, s, rest, today, is_moved=bool(rolls))
    rolled = roll(work, batch, by_itself, with_proposed_value=False)
    for s in rolled.values():
        _tell_rolled(batch, s)
    for s in parted:
        split.tell(batch, s, rolled)
    for s in roll(work, batch, [s for s in signed if not s.has_rolled], with_proposed_value=True).values():
        _tell_began(batch, s)
    return [*by_itself, *signed]


def _wait_for_rest(
    work: Work,
    batch: RenewalBatch,
    row: DueJob,
    s: RenewalView,
    rest: Sequence[Rolling],
    today: date,
    is_moved: bool,
) -> None:
    """Tell that it is overdue, if it is, and look again on the day on which the next one renews by itself.

    `is_moved`: some of its contracts have just left it; where its date moves with them, planning begins it again.
    """
    if is_moved and min(c.renewal_date for c in rest) != s.renewal_date:
        return
    if not rest or any(not c.auto_renew and c.renewal_date <= today for c in rest):
        if s.destination(batch.ws).place is None:
            batch.reschedule(row, s.hours(batch.ws).next_morning(batch.now))
            notify.alert_undeliverable(work, batch, s)
            return
        tell_overdue(batch, s, today)
    if later := [c.renewal_date for c in rest if c.auto_renew and c.renewal_date > today]:
        batch.schedule(schedule.contract_end(batch.ws, s, min(later)))


def _tell_rolled(batch: RenewalBatch, s: RenewalView) -> None:
    now = batch.now
    is_first = s.carded_at is None
    s = batch.change(
        s, stage=Stage.SIGNED.value, stage_at=now, signed_at=now, snoozed_until=None, renewed_by_itself=True
    )
    s = batch.refresh_card(s)
    if not is_first:
        to, away = notify.mention(batch, s)
        batch.post_in_thread(s, Line.ROLLED, str(s.renewal_date), {**_terms(s), **away}, to)
    batch.event(s, "rolled", _terms(s))
    payments.plan_money(batch, s)


def _tell_began(batch: RenewalBatch, s: RenewalView) -> None:
    s = batch.refresh_card(s)
    batch.post_in_thread(s, Line.TERM_BEGAN, str(s.renewal_date), {**_terms(s), **unshared(s)})
    batch.event(s, "term_began", _terms(s))


def _terms(s: RenewalView) -> dict[str, str]:
    return {"renewal_date": str(s.renewal_date), "next_renewal_date": str(s.next_renewal_date or "")}


def end_lost(work: Work, batch: RenewalBatch, lost: Sequence[RenewalView]) -> None:
    """End the contracts of lost renewals whose day has come; the others get a job on theirs."""
    if not lost:
        return
    here, now = batch.ws, batch.now
    left = _end_passed(work, {s.id: s.today(here, now) for s in lost})
    for s in lost:
        if s.id in left:
            batch.schedule(schedule.contract_end(here, s, left[s.id]))


def _end_passed(work: Work, today_of: Mapping[int, date]) -> dict[int, date]:
    """End what has passed by each renewal's own today; gives the next day of those that still run."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for renewal_id, today in today_of.items():
        by_day[today].append(renewal_id)
    for today, ids in by_day.items():
        passed = or_(Contract.renewal_date.is_(None), Contract.renewal_date <= today)
        ended = (Contract.workspace_id == work.workspace_id, Contract.renewal_id.in_(ids), passed)
        work.session.execute(update(Contract).where(*ended).values(status="ended"))
        written = work.session.scalars(select(Contract.id).where(*ended)).all()
        events.publish(work, ContractsWritten(written, "ended"))
    rows = work.session.execute(
        work.select(Contract.renewal_id, func.min(Contract.renewal_date))
        .where(
            Contract.renewal_id.in_(list(today_of)),
            Contract.status == "active",
        )
        .group_by(Contract.renewal_id)
    )
    return {renewal_id: day for renewal_id, day in rows if renewal_id is not None and day is not None}


def run_overdue(work: Work, rows: Sequence[DueJob]) -> None:
    """Days after the renewal date and still nothing signed: tell more people than the last time."""
    here = context.of(work)
    batch = RenewalBatch(work)
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
    batch.write()


def tell_overdue(batch: RenewalBatch, s: RenewalView, today: date) -> None:
    """Tell the mark that is reached, once. A first card says it itself; nobody else is told before it was read."""
    here = batch.ws
    batch.schedule(schedule.following_overdue(here, s, batch.now))
    marks = schedule.policy_of(here, s).overdue_days
    repeated, _ = overdue_again(s.renewal_date, today, schedule.policy_of(here, s), s.hours(here).days_off)
    mark = repeated or overdue_days(s.renewal_date, today, schedule.policy_of(here, s), s.hours(here).days_off)
    if mark is None or s.was_notified(step := f"overdue_{mark}", str(s.renewal_date)):
        return
    is_first = s.carded_at is None
    s = batch.refresh_card(batch.mark_notified(s, step, str(s.renewal_date)))
    batch.event(s, "overdue", {"mark": mark})
    if is_first:
        unclaimed.plan_unclaimed(batch, s, 0)
        return
    details = {"mark": str(mark), "renewal_date": str(s.renewal_date), "as_of": str(today)}
    to, away = notify.mention(batch, s)
    batch.post_in_thread(s, Line.OVERDUE, f"{mark}@{s.renewal_date}", {**details, **away}, to)
    reached = marks.index(mark) if mark in marks else len(marks)
    if reached > 0:
        audience = EscalationAudience.MANAGER if reached == 1 and len(marks) > 1 else EscalationAudience.LEADERSHIP
        notify.notify(batch, s, NoticeCode.OVERDUE, f"{mark}@{s.renewal_date}", audience)
