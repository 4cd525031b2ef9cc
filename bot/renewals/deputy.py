"""A renewal whose words go to one person alone, while that person is away: it waits, or someone stands in."""

from __future__ import annotations

from datetime import datetime

from bot.agenda.jobs import DueJob
from bot.core.absence import Colleague
from bot.core.hours import still_away
from bot.renewals import notify, schedule, unclaimed
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import NoticeCode
from bot.renewals.view import RenewalView
from bot.workspace.context import WorkspaceContext


def absent_reader(here: WorkspaceContext, s: RenewalView, now: datetime) -> Colleague | None:
    """The one person who would read what is said now, if they are away: its owner, or who stands in for them."""
    to = s.destination(here)
    owner_away = still_away(s.owner_away, s.today(here, now))
    slack_id = to.recipient
    if slack_id is None and owner_away and to.channel in here.people.closed_channels():
        slack_id = s.owner_slack
    if slack_id is None or (slack_id == s.owner_slack and not owner_away):
        return None
    reader = here.people.named(slack_id, now)
    return reader if reader is not None and not reader.is_there else None


def wait_or_stand_in(batch: RenewalBatch, s: RenewalView, row: DueJob, reader: Colleague) -> RenewalView | None:
    """Put a reminder off until its reader is back, where that costs little; None then.

    Else a card that has no reader yet, or whose stand-in is away too, goes to who is there, which the returned state
    knows; of a card that the owner has already, that person is told by a notice (None). With nobody there, admins hear.
    """
    here, now = batch.office, batch.now
    today = s.today(here, now)
    if reader.slack_id != s.owner_slack and not still_away(s.owner_away, today):
        kept = {name: value for name, value in s.facts.items() if name not in ("stand_in", "stand_in_for")}
        return batch.change(s, facts=kept)
    back_at = notify.back_at(here, s, reader, now)
    if schedule.may_wait(here, s, reader.hours.day(back_at), now):
        batch.reschedule(row, back_at, waits_for=reader.id)
        return None
    found, to = _stand_in(here, s, now)
    rung = schedule.rung_now(here, s, today)
    if to is None:
        notify.tell_nobody_there(batch, s, f"{rung}@{s.deadline}")
        batch.reschedule(row, s.hours(here).next_morning(now))
        return None
    owner = here.people.named(s.owner_slack, now)
    batch.pass_on(
        s,
        owner.id if owner else None,
        "card",
        to,
        found.name if found else "leadership" if to == here.leadership else "the fallback channel",
    )
    is_owners = s.destination(here).routed != "stand_in"
    if s.destination(here).recipient is not None and (s.carded_at is None or not is_owners):
        return batch.change(s, facts={**s.facts, "stand_in": to, "stand_in_for": s.owner_slack})
    batch.schedule(schedule.following_rung(here, s, now))
    if rung is not None:
        s = batch.change(s, rung=rung, rung_on=today)
        away = {"instead_of": s.owner_name or "", "away_until": str(s.owner_away)}
        batch.notice(s, NoticeCode.OWNER_AWAY, f"{rung}@{s.deadline}", {**notify.details(batch, s), **away}, to)
        s = batch.card(s)
        unclaimed.plan_unclaimed(batch, s, rung)
    return None


def _stand_in(here: WorkspaceContext, s: RenewalView, now: datetime) -> tuple[Colleague | None, str | None]:
    """(who stands in, the Slack id of that person or of a channel): neither when nobody is there.

    A first card goes to the fallback channel rather than to one of the team alone, who is mentioned there.
    """
    people = here.people
    if found := people.in_line(s.owner_slack, now):
        return found, found.slack_id
    if s.carded_at is None and here.routes.fallback:
        return None, here.routes.fallback
    found = people.first_awake(s.owner_id, s.account_id, now)
    return found, found.slack_id if found else here.leadership if s.carded_at is not None else None
