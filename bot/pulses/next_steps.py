"""What is done about a round that went red: a next step by its team, or word to the manager that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from bot import follow_ups
from bot.agenda import jobs
from bot.agenda.jobs import DueJob
from bot.core.absence import Colleague
from bot.db.work import Work
from bot.errors import Refused
from bot.follow_ups.events import FollowUpChanged, source_id
from bot.models import Event, FollowUp, HealthCheck, Touchpoint
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.pulses import close, round_card, rounds
from bot.pulses.close import UNTOUCHED
from bot.pulses.facts import PulseUntouched
from bot.pulses.rounds import Round
from bot.pulses.timeline import ESCALATED
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed

GONE = "That pulse is no longer there. Write the next step down with /touch."


def take_step(
    work: Work,
    round_id: int,
    owner_id: int | None,
    words: str,
    due_on: date,
    is_promise: bool,
    by_id: int,
    contact: str = "",
) -> int:
    """Write down a next step after a round: who does it, by when, with whom there; the round's card shows it.

    Returns the follow-up's number. Raises Refused when the round is gone or still open, FieldErrors as
    `follow_ups.add` does.
    """
    r = rounds.load(work, [round_id], locked=True).get(round_id)
    if r is None:
        raise Refused(GONE)
    if r.closed_at is None:
        raise Refused("This pulse is still open. A next step is asked for when it has closed.")
    number = follow_ups.add(work, r.account.id, owner_id, words, due_on, is_promise, r.subject, by_id, contact)
    show_steps(work, r)
    return number


def show_steps(work: Work, r: Round) -> None:
    """Let the card, its thread, and what the manager was told, show the next steps as they stand."""
    told = [*round_card.cards(work, [r]), *close.summary(work, r)]
    notices = posts.by_prefix(work, close.untouched_key(r.id, ""))
    steps = round_card.steps_of(work, r)
    for post in notices:
        facts = {**post.facts, "steps": [asdict(step) for step in steps]}
        told.append(post.saying(facts))
    outgoing.put(work, told)


def run_pulse_untouched(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell the manager of a round that asked for a next step and got none; leadership, where there is no manager."""
    ws = context.of(work)
    known = rounds.load(work, [row.subject_id for row in rows])
    wanted: list[OutgoingPost] = []
    later: list[DueJob] = []
    passed: list[Passed] = []
    for row in rows:
        r = known.pop(row.subject_id, None)
        if not _is_waiting(work, r):
            continue
        assert r is not None
        start = r.policy(ws).pulse_time
        hours = r.account.hours(ws, start)
        if not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
            continue
        away = _absent_manager(ws, r, work.now)
        readers = _readers(ws, r, work.now)
        for to, name in readers:
            wanted.append(_told(work, r, to, away))
            work.session.add(_event(ws, r, to, work.now))
            if away is not None:
                passed.append(Passed(away.id, r.account.id, UNTOUCHED, to, name))
        if not readers and away is not None:
            later.append(row.moved_to(away.hours.starting(start).next_open(work.now)))
    outgoing.put(work, wanted)
    presence.pass_on(work, passed)
    jobs.reschedule(work, later)


def run_pulse_ask(work: Work, rows: Sequence[DueJob]) -> None:
    """Ask somebody who was away when a round closed for the next step that nobody has taken meanwhile."""
    ws = context.of(work)
    known = rounds.load(work, [row.subject_id for row in rows])
    wanted: list[OutgoingPost] = []
    later: list[DueJob] = []
    for row in rows:
        r = known.get(row.subject_id)
        if not _is_waiting(work, r):
            continue
        assert r is not None
        mate = next((mate for mate in close.actors(work, r) if mate.id == row.facts["member"]), None)
        if mate is not None and mate.next_at_work(work.now, r.policy(ws).pulse_time) > work.now:
            later.append(row.moved_to(close.ask_later(ws, r, mate, work.now).due_at))
        elif mate is not None:
            wanted.append(close.ask(work, r, mate))
    outgoing.put(work, wanted)
    jobs.reschedule(work, later)


def on_follow_up_changed(work: Work, event: FollowUpChanged) -> None:
    """A next step of a round was closed: what was said of the round shows it."""
    round_id = source_id(event, "pulse")
    if round_id is None or not event.is_closed:
        return
    for r in rounds.load(work, [round_id]).values():
        if r.closed_at is not None:
            show_steps(work, r)


def _is_waiting(work: Work, r: Round | None) -> bool:
    """Whether a round still asks for a next step: an answer may have been corrected since it closed."""
    if r is None or r.closed_at is None or not r.account.is_active or not r.alarms:
        return False
    return not _is_touched(work, r)


def _is_touched(work: Work, r: Round) -> bool:
    """Whether anything was done about the account since the round closed: a step, a touch, a health check."""
    since = r.closed_at
    step = work.select(FollowUp.id).where(
        FollowUp.account_id == r.account.id,
        FollowUp.created_at >= since,
        FollowUp.outcome.is_(None) | (FollowUp.outcome != "dropped"),
    )
    touch = work.select(Touchpoint.id).where(
        Touchpoint.account_id == r.account.id,
        Touchpoint.is_note.is_(False),
        Touchpoint.deleted_at.is_(None),
        Touchpoint.at >= since,
    )
    check = work.select(HealthCheck.id).where(HealthCheck.account_id == r.account.id, HealthCheck.at >= since)
    return any(work.session.scalar(found.limit(1)) is not None for found in (step, touch, check))


def _absent_manager(ws: WorkspaceContext, r: Round, now: datetime) -> Colleague | None:
    manager = ws.people.named(r.account.manager_slack, now)
    return manager if manager is not None and not manager.is_there else None


def _readers(ws: WorkspaceContext, r: Round, now: datetime) -> list[tuple[str, str]]:
    """(place, name) of the owner's manager, or who stands in, or theirs; else leadership, else every admin."""
    if found := ws.people.in_line(r.account.manager_slack, now):
        return [(found.slack_id, found.name)]
    if ws.leadership:
        return [(ws.leadership, "leadership")]
    return [(one.slack_id, one.name) for one in ws.people.admins(now)]


def _told(work: Work, r: Round, to: str, away: Colleague | None) -> OutgoingPost:
    ws = context.of(work)
    assert r.closed_at is not None
    acting = close.actors(work, r)
    asked = close.asked_of(work, r, acting)
    facts = PulseUntouched(
        round_id=r.id,
        account_id=r.account.id,
        account=r.account.name,
        as_of=str(r.day(ws, work.now)),
        closed_on=str(r.day(ws, r.closed_at)),
        working_days=r.policy(ws).pulse_untouched_working_days,
        alarms=r.alarms,
        asked=tuple(mate.name for mate in asked),
        said=round_card.said(r, close.alarming(r)),
        absent=tuple(mate.name for mate in acting if mate not in asked),
        instead_of=away.name if away else "",
        away_until=str(away.away_until) if away else "",
    )
    is_person = to.startswith(("U", "W"))
    return OutgoingPost(
        close.untouched_key(r.id, to),
        UNTOUCHED,
        facts.to_facts(),
        None if is_person else to,
        to if is_person else None,
    )


def _event(ws: WorkspaceContext, r: Round, to: str, now: datetime) -> Event:
    return Event(
        workspace_id=ws.workspace_id,
        account_id=r.account.id,
        kind=ESCALATED,
        at=now,
        facts={"round": r.id, "to": to},
    )
