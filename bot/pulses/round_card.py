"""What Slack must show of a round: its card, and copies of it for a team without a channel of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from bot import follow_ups
from bot.core.person import Person
from bot.db.work import Work
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.pulses.facts import EARLIER_KEPT, Compared, GivenAnswer, PulseCard, Said
from bot.pulses.respondents import TeamMember
from bot.pulses.rounds import Answer, Round
from bot.pulses.rules import Colour, change_of_worst
from bot.touchpoints.facts import NextStep
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

CARD = "pulse_card"
PERSONAL = "personal"


def card_key(r: Round) -> str:
    """The round's card among the posts."""
    return f"pulse:{r.id}:card"


def copy_key(r: Round, mate: TeamMember) -> str:
    """The copy that one person gets alone."""
    return f"pulse:{r.id}:card:{mate.slack_id}"


def card(work: Work, r: Round) -> PulseCard:
    """What the card shows. What was said is in it only once the round has closed."""
    ws = context.of(work)
    shown = PulseCard(
        round_id=r.id,
        account_id=r.account.id,
        account=r.account.name,
        as_of=str(r.day(ws, work.now)),
        opened_on=str(r.day(ws, r.opened_at)),
        closes_on=str(r.closes_on),
        cadence=r.policy(ws).pulse_every_days,
        asked=tuple(mate.person for mate in r.concerned),
        answered=_people(r, [answer.member_id for answer in r.answers]),
        started_by=_person(r, r.opened_by_id),
        insight=r.insight,
        insight_url=r.insight_url,
        next_on=str(r.day(ws, r.next_at)) if r.next_at else None,
        routed=r.account.destination(ws).routed,
    )
    if r.closed_at is None:
        return replace(shown, absent=tuple(mate.person for mate in r.silent if r.is_absent(mate, work.now)))
    told = escalation(ws, r, work.now) if r.alarms and r.account.is_active else None
    return replace(
        shown,
        absent=tuple(mate.person for mate in r.silent if mate.is_away(r.closed_at)),
        closed_on=str(r.day(ws, r.closed_at)),
        said=said(r, r.answers),
        counts=dict(Counter(r.colours)),
        before_on=str(r.day(ws, r.before.opened_at)) if r.before else None,
        before_counts={str(colour): count for colour, count in r.before.counts.items()} if r.before else {},
        change=compared.change if (compared := beside_before(ws, r)) else None,
        heard=r.heard,
        compared=compared,
        alarms=r.alarms if r.account.is_active else (),
        steps=steps_of(work, r) if r.alarms else (),
        hears=told.name if told else "",
        hears_on=str(told.day) if told else None,
    )


class NextHearer(NamedTuple):
    """Whom a round goes to that nobody does anything about (manager or leadership), by name, and on which day."""

    to: str
    name: str
    day: date


def escalation(ws: WorkspaceContext, r: Round, now: datetime) -> NextHearer | None:
    """Who hears of a closed round without a next step, and when; None where nobody stands above its owner."""
    day = escalation_day(ws, r, r.closed_at or now)
    if r.account.manager_slack:
        manager = ws.people.named(r.account.manager_slack, now)
        return NextHearer("manager", manager.name if manager else "the owner's manager", day)
    return NextHearer("leadership", "leadership", day) if ws.leadership else None


def escalation_day(ws: WorkspaceContext, r: Round, closed_at: datetime) -> date:
    """The day on which an untouched round goes to the manager."""
    days = r.policy(ws).pulse_untouched_working_days
    return r.account.hours(ws).working_days_after(r.day(ws, closed_at), days)


def steps_of(work: Work, r: Round) -> tuple[NextStep, ...]:
    """The next steps that came out of a round, open or not."""
    found = follow_ups.of_source(work, r.subject)
    return tuple(
        NextStep(step.words, step.owner_name or "", str(step.due_on), step.is_promise, step.outcome or "")
        for step in found
    )


def beside_before(ws: WorkspaceContext, r: Round) -> Compared | None:
    """How a closed round came out beside the last one; None where one of them has no answer."""
    worst = r.worst
    if r.before is None or worst is None:
        return None
    how = change_of_worst(worst, r.before.worst)
    assert how is not None
    last = r.before.last.get(worst)
    return Compared(
        change=how,
        worst=worst,
        before=r.before.worst,
        since=str(r.day(ws, last)) if last else None,
        first_on=str(r.day(ws, r.before.first_at)),
    )


def said(r: Round, answers: Iterable[Answer]) -> tuple[Said, ...]:
    """Answers with their names, the worst first."""
    worst_first = sorted(answers, key=lambda answer: -list(Colour).index(answer.colour))
    return tuple(one_said(r, answer) for answer in worst_first)


def one_said(r: Round, answer: Answer) -> Said:
    """One answer with its name, and what the same person had said before."""
    return Said(
        **answer.shortened,
        by=_person(r, answer.member_id) or Person("", "Someone"),
        earlier=tuple(GivenAnswer(**one.shortened) for one in answer.earlier[-EARLIER_KEPT:]),
    )


def cards(work: Work, rounds: Sequence[Round]) -> list[OutgoingPost]:
    """The cards of these rounds as they should stand now, and the copies that people have."""
    ws = context.of(work)
    copies = posts.existing(work, [copy_key(r, mate) for r in rounds for mate in r.people.values()])
    wanted = []
    for r in rounds:
        facts = card(work, r)
        own = [mate for mate in r.people.values() if copy_key(r, mate) in copies]
        wanted += _wanted(ws, r, facts, own)
    return wanted


def first_cards(work: Work, rounds: Sequence[Round]) -> list[OutgoingPost]:
    """The cards of rounds that have just opened. A team without a channel gets a copy each."""
    ws = context.of(work)
    wanted = []
    for r in rounds:
        facts = card(work, r)
        # Who is told later gets the reminder then, with the same buttons.
        is_alone = r.account.destination(ws).channel is None
        told = [mate for mate in r.silent if not r.is_absent(mate, work.now)] if is_alone else []
        wanted += _wanted(ws, r, facts, [mate for mate in told if mate.slack_id != r.account.owner_slack])
    return wanted


def copies(facts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What each of those who are asked now gets alone where the round's channel is closed to it, by Slack id."""
    return {one.slack_id: {**facts, "routed": PERSONAL} for one in PulseCard.from_facts(facts).silent}


def copies_of(work: Work, r: Round, mates: Sequence[TeamMember]) -> list[TeamMember]:
    """Those of these people who have a copy of the card."""
    there = posts.existing(work, [copy_key(r, mate) for mate in mates])
    return [mate for mate in mates if copy_key(r, mate) in there]


def asked_directly(work: Work, several: Collection[Round]) -> frozenset[tuple[int, str]]:
    """(round, Slack id) of those who have the question itself as a direct message, wherever it was to stand."""
    of = {card_key(r): r.id for r in several} | {copy_key(r, mate): r.id for r in several for mate in r.silent}
    there = posts.by_keys(work, list(of))
    return frozenset((of[row.key], row.recipient) for row in there if row.recipient)


def _wanted(ws: WorkspaceContext, r: Round, facts: PulseCard, alone: Sequence[TeamMember]) -> list[OutgoingPost]:
    copied = replace(facts, routed=PERSONAL).to_facts()
    starter = r.people.get(r.opened_by_id) if r.opened_by_id is not None else None
    by = starter.slack_id if starter else None
    main = r.account.post(ws, card_key(r), CARD, facts.to_facts(), by=by)
    copies = [OutgoingPost(copy_key(r, mate), CARD, copied, recipient=mate.slack_id, by=by) for mate in alone]
    return [main, *copies] if main else copies


def _people(r: Round, ids: Iterable[int]) -> tuple[Person, ...]:
    return tuple(r.people[id].person for id in ids if id in r.people)


def _person(r: Round, id: int | None) -> Person | None:
    return r.people[id].person if id is not None and id in r.people else None
