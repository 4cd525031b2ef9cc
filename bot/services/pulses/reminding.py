"""The one reminder: by direct message, in each person's own working hours, to those who have not answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.rules.calendar import DAY_END, DAY_START, is_working_moment, next_working_moment
from bot.services import agenda, posts
from bot.services.agenda import Due, Thought
from bot.services.posts import Wanted
from bot.services.pulses import rounds, showing
from bot.services.pulses.opening import REMINDER
from bot.services.pulses.rounds import Round
from bot.services.pulses.team import Mate
from bot.services.renewals import office as offices
from bot.services.renewals.office import Office


def think_pulse_reminder(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Remind who is silent, at work and not away. Someone who is not at work yet is reminded when they are."""
    here = offices.load(session, workspace_id)
    known = rounds.load(session, here, [row.subject_id for row in rows])
    wanted: list[Wanted] = []
    later: list[Thought] = []
    for row in rows:
        r = known.get(row.subject_id)
        # A reminder that comes late, because the bot was down, must not arrive together with the end of the round.
        if r is None or r.closed_at is not None or r.day(here, now) >= r.closes_on:
            continue
        for mate in _silent(r, row):
            if mate.is_away(now):
                continue
            if _is_at_work(here, mate, now):
                wanted.append(showing.reminder(here, r, mate, now))
            elif (thought := _later(here, r, mate, now)) is not None:
                later.append(thought)
    # Two thoughts about one person come to one message.
    posts.want(session, workspace_id, now, list({one.key: one for one in wanted}.values()))
    agenda.plan(session, workspace_id, later)


def _silent(r: Round, row: Due) -> list[Mate]:
    """Those whom this thought is about: all who are silent, or the one it was put off for."""
    only = row.facts.get("member")
    return [mate for mate in r.silent if not mate.is_outsider and only in (None, mate.id)]


def _is_at_work(here: Office, mate: Mate, now: datetime) -> bool:
    return is_working_moment(now, mate.zone, here.holidays, DAY_START, DAY_END)


def _later(here: Office, r: Round, mate: Mate, now: datetime) -> Thought | None:
    at = next_working_moment(now, mate.zone, here.holidays, DAY_START, DAY_END)
    if at.date() >= r.closes_on:
        return None
    return Thought(REMINDER, r.subject, f"{mate.id}~{at:%Y-%m-%dT%H%M}", at, 10, {"member": mate.id})
