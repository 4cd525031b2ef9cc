"""The ladder's jobs: a rung that speaks when nothing has happened, and the silent refresh of a countdown.

A rung whose words go to one person alone waits while that person is away, or someone stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.agenda.jobs import DueJob
from bot.core.absence import Colleague
from bot.db.work import Work
from bot.renewals import notify, schedule, unclaimed
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import ESCALATED, Line, NoticeCode
from bot.renewals.new_card_limit import FirstCard, spread
from bot.renewals.notify import alert_undeliverable
from bot.renewals.rules.escalation import stage_unmoved
from bot.renewals.rules.stages import Stage
from bot.renewals.view import RenewalView, countdown, is_attended, load_due
from bot.workspace import context
from bot.workspace.context import WorkspaceContext


def run_rung(work: Work, rows: Sequence[DueJob]) -> None:
    """A rung is due: say it in the card's thread, or show the card for the first time, or stay silent.

    Silent when someone on it has touched it within the quiet days, and when it is signed, lost or over. While it is
    snoozed, that is kept for its end.
    """
    ws = context.of(work)
    batch = RenewalBatch(work)
    firsts: list[FirstCard] = []
    for row, s in load_due(work, rows):
        if not s.is_unsigned or s.today(ws, work.now) >= s.renewal_date:
            continue
        if not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
        elif s.carded_at is not None and (s.snoozed_until is not None or _is_quiet(ws, s, work.now)):
            _speak(batch, s)
        elif (reader := absent_reader(ws, s, work.now)) is not None:
            stood_in = wait_or_stand_in(batch, s, row, reader)
            if stood_in is not None and stood_in.carded_at is not None:
                _speak(batch, stood_in)
            elif stood_in is not None and (stands_in := stood_in.destination(ws).place):
                firsts.append(FirstCard(row, stood_in, stands_in))
        elif (place := s.destination(ws).place) is None:
            batch.reschedule(row, s.hours(ws).next_morning(work.now))
            alert_undeliverable(work, batch, s)
        elif s.carded_at is not None:
            _speak(batch, s)
        else:
            firsts.append(FirstCard(row, s, place))
    today, later = spread(work, firsts)
    for first in today:
        _speak(batch, first.state)
    batch.put_off(later)
    batch.write()


def run_refresh(work: Work, rows: Sequence[DueJob]) -> None:
    """Keep a card's countdown true. An update of a message notifies nobody."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    for _, s in load_due(work, rows):
        if s.carded_at is not None and (s.is_unsigned or s.stage == Stage.PAID):
            batch.refresh_card(s)
            # Of a paid one it is the day after the payment, when nothing can be undone any more.
            batch.schedule(schedule.refresh(ws, s, work.now) if s.is_unsigned else None)
    batch.write()


def _speak(batch: RenewalBatch, s: RenewalView) -> None:
    ws, now = batch.ws, batch.now
    today = s.today(ws, now)
    rung = schedule.rung_now(ws, s, today)
    batch.schedule(schedule.following_rung(ws, s, now))
    if rung is None:
        return
    is_first = s.carded_at is None
    if _is_quiet(ws, s, now):
        batch.refresh_card(batch.change(s, rung=rung))
        return
    if s.snoozed_until is not None and not is_first:
        batch.refresh_card(batch.change(s, rung=rung, rung_on=today, is_kept_silent=True))
        return
    before = s.rung_on
    s = _came(batch, s, rung, today)
    if not is_first:
        slot = f"{rung}@{s.deadline}"
        details = {"rung": str(rung), "claimed": "yes" if s.claimed_by_id is not None else "", **countdown(s, today)}
        to, away = notify.mention(batch, s)
        following = unclaimed.hears_next(batch, s, rung)
        batch.post_in_thread(s, Line.RUNG, slot, {**details, **following, **away}, to)
    s = _tell_unmoved(batch, s, rung, before, today)
    s = batch.refresh_card(s)
    unclaimed.plan_unclaimed(batch, s, rung)


def _came(batch: RenewalBatch, s: RenewalView, rung: int, today: date) -> RenewalView:
    return batch.change(s, rung=rung, rung_on=today, first_rung_at=s.first_rung_at or batch.now)


def _is_quiet(ws: WorkspaceContext, s: RenewalView, now: datetime) -> bool:
    return is_attended(s, schedule.policy_of(ws, s).claimed_quiet_days, now)


def _tell_unmoved(batch: RenewalBatch, s: RenewalView, rung: int, since: date | None, today: date) -> RenewalView:
    ws = batch.ws
    stage = Stage(s.stage)
    moved_on = None if stage is Stage.UPCOMING else s.hours(ws).day(s.stage_at)
    audience = stage_unmoved(rung, stage, moved_on, since, schedule.policy_of(ws, s))
    if audience is None or s.was_notified(step := f"stuck_{audience}", str(s.deadline)):
        return s
    if not notify.notify(batch, s, NoticeCode.STUCK, f"{audience}@{s.deadline}", audience):
        return s
    batch.event(s, ESCALATED, {"step": "stuck", "to": audience})
    return batch.mark_notified(s, step, str(s.deadline))


def absent_reader(ws: WorkspaceContext, s: RenewalView, now: datetime) -> Colleague | None:
    """The one person who would read what is said now, if they are away: its owner, or who stands in for them."""
    to = s.destination(ws)
    owner_away = s.is_away(s.owner_slack, s.today(ws, now))
    slack_id = to.recipient
    if slack_id is None and owner_away and to.channel in ws.people.closed_channels():
        slack_id = s.owner_slack
    if slack_id is None or (slack_id == s.owner_slack and not owner_away):
        return None
    reader = ws.people.named(slack_id, now)
    return reader if reader is not None and not reader.is_there else None


def wait_or_stand_in(batch: RenewalBatch, s: RenewalView, row: DueJob, reader: Colleague) -> RenewalView | None:
    """Put a reminder off until its reader is back, where that costs little; None then.

    Else a card that has no reader yet, or whose stand-in is away too, goes to who is there, which the returned state
    knows; of a card that the owner has already, that person is told by a notice (None). With nobody there, admins hear.
    """
    ws, now = batch.ws, batch.now
    today = s.today(ws, now)
    if reader.slack_id != s.owner_slack and not s.is_away(s.owner_slack, today):
        return batch.change(s, stand_in=None, stand_in_for=None)
    back_at = notify.back_at(ws, s, reader, now)
    if schedule.may_wait(ws, s, reader.hours.day(back_at), now):
        batch.reschedule(row, back_at, waits_for=reader.id)
        return None
    found, to = _stand_in(ws, s, now)
    rung = schedule.rung_now(ws, s, today)
    if to is None:
        notify.tell_nobody_there(batch, s, f"{rung}@{s.deadline}")
        batch.reschedule(row, s.hours(ws).next_morning(now))
        return None
    owner = ws.people.named(s.owner_slack, now)
    batch.pass_on(
        s,
        owner.id if owner else None,
        "card",
        to,
        found.name if found else "leadership" if to == ws.leadership else "the fallback channel",
    )
    is_owners = s.destination(ws).routed != "stand_in"
    if s.destination(ws).recipient is not None and (s.carded_at is None or not is_owners):
        return batch.change(s, stand_in=to, stand_in_for=s.owner_slack)
    batch.schedule(schedule.following_rung(ws, s, now))
    if rung is not None:
        s = _came(batch, s, rung, today)
        away = {"instead_of": s.owner.name, "away_until": str(s.owner.away_until)} if s.owner else {}
        batch.notify(s, NoticeCode.OWNER_AWAY, f"{rung}@{s.deadline}", {**notify.details(batch, s), **away}, to)
        s = batch.refresh_card(s)
        unclaimed.plan_unclaimed(batch, s, rung)
    return None


def _stand_in(ws: WorkspaceContext, s: RenewalView, now: datetime) -> tuple[Colleague | None, str | None]:
    """(who stands in, the Slack id of that person or of a channel): neither when nobody is there.

    A first card goes to the fallback channel rather than to one of the team alone, who is mentioned there.
    """
    people = ws.people
    if found := people.in_line(s.owner_slack, now):
        return found, found.slack_id
    if s.carded_at is None and ws.routes.fallback:
        return None, ws.routes.fallback
    found = people.first_awake(s.owner.id if s.owner else None, s.account_id, now)
    return found, found.slack_id if found else ws.leadership if s.carded_at is not None else None
