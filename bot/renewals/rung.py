"""The ladder's jobs: a rung that speaks when nothing has happened, and the silent refresh of a countdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.agenda.jobs import DueJob
from bot.db.work import Work
from bot.renewals import deputy, notify, schedule, unclaimed
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import ESCALATED, Line, NoticeCode
from bot.renewals.load_due import countdown, is_attended, load_due
from bot.renewals.new_card_limit import FirstCard, spread
from bot.renewals.notify import alert_undeliverable
from bot.renewals.rules.escalation import stage_unmoved
from bot.renewals.rules.stages import Stage
from bot.renewals.view import RenewalView
from bot.workspace import context
from bot.workspace.context import WorkspaceContext


def run_rung(work: Work, rows: Sequence[DueJob]) -> None:
    """A rung is due: say it in the card's thread, or show the card for the first time, or stay silent.

    Silent when someone on it has touched it within the quiet days, and when it is signed, lost or over. While it is
    snoozed, that is kept for its end.
    """
    here = context.of(work)
    batch = RenewalBatch(here, work.now)
    firsts: list[FirstCard] = []
    for row, s in load_due(work, rows):
        if not s.is_unsigned or s.today(here, work.now) >= s.renewal_date:
            continue
        if not s.hours(here).is_open(work.now):
            batch.reschedule(row, s.hours(here).next_open(work.now))
        elif s.carded_at is not None and (s.snoozed_until is not None or _is_quiet(here, s, work.now)):
            _speak(batch, s)
        elif (reader := deputy.absent_reader(here, s, work.now)) is not None:
            stood_in = deputy.wait_or_stand_in(batch, s, row, reader)
            if stood_in is not None and stood_in.carded_at is not None:
                _speak(batch, stood_in)
            elif stood_in is not None and (stands_in := stood_in.destination(here).place):
                firsts.append(FirstCard(row, stood_in, stands_in))
        elif (place := s.destination(here).place) is None:
            batch.reschedule(row, s.hours(here).next_morning(work.now))
            alert_undeliverable(work, batch, s)
        elif s.carded_at is not None:
            _speak(batch, s)
        else:
            firsts.append(FirstCard(row, s, place))
    today, later = spread(work, firsts)
    for first in today:
        _speak(batch, first.state)
    batch.put_off(later)
    batch.write(work.session)


def run_refresh(work: Work, rows: Sequence[DueJob]) -> None:
    """Keep a card's countdown true. An update of a message notifies nobody."""
    here = context.of(work)
    batch = RenewalBatch(here, work.now)
    for _, s in load_due(work, rows):
        if s.carded_at is not None and (s.is_unsigned or s.stage == Stage.PAID):
            batch.card(s)
            # Of a paid one it is the day after the payment, when nothing can be undone any more.
            batch.schedule(schedule.refresh(here, s, work.now) if s.is_unsigned else None)
    batch.write(work.session)


def _speak(batch: RenewalBatch, s: RenewalView) -> None:
    here, now = batch.office, batch.now
    today = s.today(here, now)
    rung = schedule.rung_now(here, s, today)
    batch.schedule(schedule.following_rung(here, s, now))
    if rung is None:
        return
    is_first = s.carded_at is None
    if _is_quiet(here, s, now):
        batch.card(batch.change(s, rung=rung))
        return
    if s.snoozed_until is not None and not is_first:
        batch.card(batch.change(s, rung=rung, rung_on=today, facts={**s.facts, unclaimed.KEPT: True}))
        return
    before = s.rung_on
    s = batch.change(s, rung=rung, rung_on=today)
    if not is_first:
        slot = f"{rung}@{s.deadline}"
        details = {"rung": str(rung), "claimed": "yes" if s.claimed_by_id is not None else "", **countdown(s, today)}
        to, away = notify.mention(batch, s)
        batch.line(s, Line.RUNG, slot, {**details, **away}, to)
    s = _tell_unmoved(batch, s, rung, before, today)
    s = batch.card(s)
    unclaimed.plan_unclaimed(batch, s, rung)


def _is_quiet(here: WorkspaceContext, s: RenewalView, now: datetime) -> bool:
    return is_attended(s, schedule.policy_of(here, s).claimed_quiet_days, now)


def _tell_unmoved(batch: RenewalBatch, s: RenewalView, rung: int, since: date | None, today: date) -> RenewalView:
    here = batch.office
    stage = Stage(s.stage)
    moved_on = None if stage is Stage.UPCOMING else s.hours(here).day(s.stage_at)
    audience = stage_unmoved(rung, stage, moved_on, since, schedule.policy_of(here, s))
    if audience is None or s.told(step := f"stuck_{audience}@{s.deadline}"):
        return s
    if not notify.notify(batch, s, NoticeCode.STUCK, f"{audience}@{s.deadline}", audience):
        return s
    batch.event(s, ESCALATED, {"step": "stuck", "to": audience})
    return batch.tell_once(s, step)
