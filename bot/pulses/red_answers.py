"""A red answer does not wait for its round: the owner hears of it at once, the manager on the next working morning.

Who gave it is told nothing. What the others have said stays unseen until the round closes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.absence import Colleague
from bot.db.work import Work
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.pulses import close, round_card, rounds
from bot.pulses.facts import PulseRed
from bot.pulses.job_kinds import PulseJob
from bot.pulses.rounds import Answer, Round
from bot.pulses.rules import Colour
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed

RED = "pulse_red"
OWNER, MANAGER, LEADERSHIP, ADMIN = "owner", "manager", "leadership", "admin"
INSTEAD, ABOVE = "instead", "above"
"""As what somebody hears of it: in the owner's place, in that of the owner's manager."""


class _Reader(NamedTuple):
    """Whom a red answer goes to, as what, by their Slack id; a channel's for leadership.

    `away` is who is away, and therefore reads it on their return in a list.
    """

    to: str
    place: str
    name: str
    away: Colleague | None = None


def plan(work: Work, r: Round, member_id: int) -> None:
    """Plan to tell of this person's red answer: at once, and once more on the next working morning."""
    ws = context.of(work)
    moments = ((OWNER, r.account.hours(ws).next_open(work.now)), (MANAGER, _managers_morning(ws, r, work.now)))
    pending = agenda_jobs.pending_for(work, [r.subject], [PulseJob.RED])
    open_at = {job.dedupe_key: job.due_at for job in pending}
    jobs = [
        # Who waits for it already does not wait longer because it was said once more.
        Job(PulseJob.RED, r.subject, key, min(at, open_at.get(key, at)), 5, {"member": member_id, "to": to})
        for to, at in moments
        for key in [f"{member_id}:{to}"]
    ]
    agenda_jobs.schedule(work, jobs)


def run_pulse_red(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell of red answers that still are red; put off what comes outside working hours."""
    ws = context.of(work)
    known = rounds.load(work, [row.subject_id for row in rows])
    wanted: dict[str, OutgoingPost] = {}
    later: list[DueJob] = []
    passed: list[Passed] = []
    for row in rows:
        r = known.get(row.subject_id)
        answer = _red(r, int(row.facts["member"])) if r is not None else None
        if r is None or answer is None or not r.account.is_active:
            continue
        is_owners = row.facts["to"] == OWNER
        at = r.account.hours(ws).next_open(work.now) if is_owners else _at_managers(ws, r, work.now)
        if at > work.now:
            later.append(row.moved_to(at))
            continue
        giver = r.people[answer.member_id].slack_id
        readers = _for_owner(ws, r, answer, work.now) if is_owners else _for_manager(ws, r, work.now)
        if not any(reader.to != ADMIN for reader in readers) and (back := _back(ws, r, is_owners, work.now)):
            later.append(row.moved_to(back))
        for reader in readers:
            if reader.place == giver or (is_owners and _was_mentioned(work, r, reader)):
                continue
            told = _wanted(ws, r, answer, reader, work.now)
            if told.key not in wanted and reader.away is not None:
                passed.append(Passed(reader.away.id, r.account.id, RED, reader.place, reader.name))
            wanted.setdefault(told.key, told)
    # No event is kept of it: the timeline would tell the others before the round has closed.
    outgoing.put(work, list(wanted.values()))
    presence.pass_on(work, passed)
    agenda_jobs.reschedule(work, later)


def hearers(ws: WorkspaceContext, r: Round, answer: Answer, now: datetime) -> tuple[str, ...]:
    """Who hears of this red answer as things stand: owner or stand_in at once; manager, above or leadership later.

    Who gave it is left out: it is they who read this.
    """
    giver = r.people[answer.member_id].slack_id
    at_once = [reader.to for reader in _for_owner(ws, r, answer, now) if reader.place != giver]
    later = [reader.to for reader in _for_manager(ws, r, now) if reader.place != giver]
    first = {OWNER: OWNER}.get(at_once[0], "stand_in") if at_once else ""
    return tuple(one for one in (first, *later) if one)


def changed(work: Work, r: Round, member_id: int) -> list[OutgoingPost]:
    """What was told of this person's red answer, as it should stand now that they have changed it."""
    ws = context.of(work)
    answer = next((one for one in r.answers if one.member_id == member_id), None)
    if answer is None:
        return []
    found = []
    for row in posts.by_prefix(work, _key(r, member_id, "")):
        was = PulseRed.from_facts(row.facts)
        now_said = replace(
            was, as_of=str(r.day(ws, work.now)), said=round_card.one_said(r, answer), is_closed=r.closed_at is not None
        )
        found.append(_post(row.key, now_said, row.key.rpartition(":")[2]))
    return found


def _red(r: Round, member_id: int) -> Answer | None:
    given = next((one for one in r.answers if one.member_id == member_id), None)
    return given if given is not None and given.colour is Colour.RED and member_id in r.people else None


def _for_owner(ws: WorkspaceContext, r: Round, answer: Answer, now: datetime) -> list[_Reader]:
    """The owner, or who stands in: a stand-in, a manager, one of the team; else leadership, else admins."""
    people, owner_slack = ws.people, r.account.owner_slack
    owner = people.named(owner_slack, now)
    found = people.first_awake(r.account.owner_id if owner else None, r.account.id, now, but=answer.member_id)
    if found is not None:
        is_own = found.slack_id == owner_slack
        return [_Reader(OWNER if is_own else INSTEAD, found.slack_id, found.name, None if is_own else owner)]
    if ws.leadership:
        return [_Reader(LEADERSHIP, ws.leadership, "leadership", owner)]
    return [_Reader(ADMIN, one.slack_id, one.name, owner) for one in people.admins(now)]


def _for_manager(ws: WorkspaceContext, r: Round, now: datetime) -> list[_Reader]:
    """The owner's manager, who stands in for them or the next above; leadership, where none of these is there."""
    manager = ws.people.named(r.account.manager_slack, now)
    found = ws.people.in_line(r.account.manager_slack, now)
    if found is not None:
        is_own = found.slack_id == r.account.manager_slack
        return [_Reader(MANAGER if is_own else ABOVE, found.slack_id, found.name, None if is_own else manager)]
    return [_Reader(LEADERSHIP, ws.leadership, "leadership", manager)] if ws.leadership else []


def _back(ws: WorkspaceContext, r: Round, is_owners: bool, now: datetime) -> datetime | None:
    """The first morning on which who is away is back, if it was for somebody; it is said again then."""
    one = ws.people.named(r.account.owner_slack if is_owners else r.account.manager_slack, now)
    if one is None or one.is_there:
        return None
    return one.hours.starting(r.policy(ws).alert_time).next_open(now)


def _managers_morning(ws: WorkspaceContext, r: Round, now: datetime) -> datetime:
    """The next working morning of the owner's manager; without one, the owner's."""
    start, manager = r.policy(ws).alert_time, ws.people.named(r.account.manager_slack, now)
    hours = manager.hours.present() if manager else r.account.hours(ws)
    return hours.starting(start).next_morning(now)


def _at_managers(ws: WorkspaceContext, r: Round, now: datetime) -> datetime:
    """When the manager, or who hears in their place, is at work: now, or the moment to look again."""
    start, found = r.policy(ws).alert_time, ws.people.in_line(r.account.manager_slack, now)
    hours = found.hours if found else r.account.hours(ws)
    return hours.starting(start).next_open(now)


def _was_mentioned(work: Work, r: Round, reader: _Reader) -> bool:
    """Whether the summary of the round has just named this reader, or will: they need not hear of it twice."""
    ws = context.of(work)
    if r.closed_at is None:
        return reader.to == OWNER and r.is_complete(ws, work.now)
    asked = close.asked_of(work, r, close.actors(work, r))
    return reader.place in [mate.slack_id for mate in asked]


def _wanted(ws: WorkspaceContext, r: Round, answer: Answer, reader: _Reader, now: datetime) -> OutgoingPost:
    facts = PulseRed(
        round_id=r.id,
        account_id=r.account.id,
        account=r.account.name,
        as_of=str(r.day(ws, now)),
        said_on=str(r.day(ws, answer.at)),
        closes_on=str(r.closes_on),
        said=round_card.one_said(r, answer),
        to=reader.to,
        owner=r.account.owner_name or "",
        is_closed=r.closed_at is not None,
        instead_of=reader.away.name if reader.away else "",
        away_until=str(reader.away.away_until) if reader.away and reader.away.away_until else "",
    )
    return _post(_key(r, answer.member_id, reader.place), facts, reader.place)


def _post(key: str, facts: PulseRed, place: str) -> OutgoingPost:
    channel, recipient = (place, None) if facts.to == LEADERSHIP else (None, place)
    return OutgoingPost(key, RED, facts.to_facts(), channel, recipient)


def _key(r: Round, member_id: int, place: str) -> str:
    return f"pulse:{r.id}:red:{member_id}:{place}"


__all__ = ["RED", "changed", "hearers", "plan", "run_pulse_red"]
