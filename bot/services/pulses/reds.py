"""A red answer does not wait for its round: the owner hears of it at once, the manager on the next working morning.

Who gave it is told nothing. What the others have said stays unseen until the round closes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Post
from bot.rules.calendar import add_working_days, local_moment
from bot.rules.pulse_cards import PulseRed
from bot.rules.pulses import Colour
from bot.services import agenda, posts
from bot.services.agenda import Due, Thought
from bot.services.posts import Wanted
from bot.services.pulses import closing, rounds, showing
from bot.services.pulses.rounds import Answer, Round
from bot.services.renewals import office as offices
from bot.services.renewals.office import Office

RED = "pulse_red"
OWNER, MANAGER, LEADERSHIP, INSTEAD = "owner", "manager", "leadership", "instead"


class _Reader(NamedTuple):
    """Whom a red answer goes to, as what, by their Slack id; a channel's for leadership."""

    to: str
    place: str


def plan(session: Session, here: Office, r: Round, member_id: int, now: datetime) -> None:
    """Plan to tell of this person's red answer: at once, and once more on the next working morning."""
    account, policy = r.account, r.policy(here)
    next_day = add_working_days(account.today(here, now), 1, here.holidays)
    morning = local_moment(next_day, policy.alert_time, account.zone(here))
    stamp = f"{now:%Y-%m-%dT%H%M%S}"
    thoughts = [
        Thought(RED, r.subject, f"{member_id}~{to}~{stamp}", at, 5, {"member": member_id, "to": to})
        for to, at in ((OWNER, account.soon(here, now)), (MANAGER, morning))
    ]
    agenda.plan(session, here.workspace_id, thoughts)


def think_pulse_red(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Tell of red answers that still are red; put off what comes outside working hours."""
    here = offices.load(session, workspace_id)
    known = rounds.load(session, here, [row.subject_id for row in rows])
    wanted: dict[str, Wanted] = {}
    later: list[Thought] = []
    for row in rows:
        r = known.get(row.subject_id)
        answer = _red(r, int(row.facts["member"])) if r is not None else None
        if r is None or answer is None or not r.account.is_active:
            continue
        start = r.policy(here).alert_time
        is_owners = row.facts["to"] == OWNER
        if not (r.account.may_speak(here, now) if is_owners else r.account.may_speak(here, now, start)):
            later.append(_again(row, r.account.soon(here, now) if is_owners else r.account.soon(here, now, start)))
            continue
        giver = r.people[answer.member_id].slack_id
        reader = _for_owner(here, r, now) if is_owners else _for_manager(here, r, now)
        if reader is None:
            back = r.account.owner_away if is_owners else r.account.manager_away
            if back is not None and back >= r.day(here, now):
                day = add_working_days(back, 1, here.holidays)
                later.append(_again(row, local_moment(day, start, r.account.zone(here))))
            continue
        if reader.place == giver or (is_owners and _was_mentioned(session, here, r, reader, now)):
            continue
        told = _wanted(here, r, answer, reader, now)
        wanted.setdefault(told.key, told)
    # No event is kept of it: the timeline would tell the others before the round has closed.
    posts.want(session, workspace_id, now, list(wanted.values()))
    agenda.plan(session, workspace_id, later)


def changed(session: Session, here: Office, r: Round, member_id: int, now: datetime) -> list[Wanted]:
    """What was told of this person's red answer, as it should stand now that they have changed it."""
    answer = next((one for one in r.answers if one.member_id == member_id), None)
    if answer is None:
        return []
    rows = session.execute(
        select(Post.key, Post.facts).where(
            Post.workspace_id == here.workspace_id, Post.key.startswith(f"{_key(r, member_id, '')}", autoescape=True)
        )
    )
    found = []
    for row in rows:
        place = row.key.rpartition(":")[2]
        found.append(_wanted(here, r, answer, _Reader(row.facts["to"], place), now, row.facts["said_on"]))
    return found


def _red(r: Round, member_id: int) -> Answer | None:
    given = next((one for one in r.answers if one.member_id == member_id), None)
    return given if given is not None and given.colour is Colour.RED and member_id in r.people else None


def _for_owner(here: Office, r: Round, now: datetime) -> _Reader | None:
    """The owner; while they are away whoever stands in for them, and where there is none leadership's channel."""
    account = r.account
    if account.owner_slack and not account.is_owner_away(account.today(here, now)):
        return _Reader(OWNER, account.owner_slack)
    stand_in = _manager(here, r, now)
    if stand_in:
        return _Reader(INSTEAD, stand_in)
    return _Reader(LEADERSHIP, here.leadership) if here.leadership else None


def _for_manager(here: Office, r: Round, now: datetime) -> _Reader | None:
    manager = _manager(here, r, now)
    if manager:
        return _Reader(MANAGER, manager)
    return _Reader(LEADERSHIP, here.leadership) if here.leadership else None


def _manager(here: Office, r: Round, now: datetime) -> str | None:
    away = r.account.manager_away
    return r.account.manager_slack if not (away and away >= r.day(here, now)) else None


def _was_mentioned(session: Session, here: Office, r: Round, reader: _Reader, now: datetime) -> bool:
    """Whether the summary of the round has just named this reader, or will: they need not hear of it twice."""
    if r.closed_at is None:
        return reader.to == OWNER and r.is_complete(here, now)
    asked = closing.asked_of(session, here, r, closing.actors(session, here, r))
    return reader.place in [mate.slack_id for mate in asked]


def _wanted(here: Office, r: Round, answer: Answer, reader: _Reader, now: datetime, said_on: str = "") -> Wanted:
    facts = PulseRed(
        round_id=r.id,
        account_id=r.account.id,
        account=r.account.name,
        as_of=str(r.day(here, now)),
        said_on=said_on or str(r.day(here, answer.at)),
        closes_on=str(r.closes_on),
        said=showing.one_said(r, answer),
        to=reader.to,
        owner=r.account.owner_name or "",
        is_closed=r.closed_at is not None,
    )
    is_person = reader.to != LEADERSHIP
    key = _key(r, answer.member_id, reader.place)
    channel, recipient = (None, reader.place) if is_person else (reader.place, None)
    return Wanted(key, RED, facts.to_facts(), channel, recipient)


def _key(r: Round, member_id: int, place: str) -> str:
    return f"pulse:{r.id}:red:{member_id}:{place}"


def _again(row: Due, at: datetime) -> Thought:
    slot = f"{row.slot.rpartition('@')[0] or row.slot}@{at:%Y-%m-%dT%H%M}"
    return Thought(row.kind, row.subject, slot, at, 5, dict(row.facts))


__all__ = ["RED", "changed", "plan", "think_pulse_red"]
