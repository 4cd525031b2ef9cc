"""A round closes, and its card says what came of it; red, or two people far apart, asks for a next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from bot.accounts import customer_people
from bot.accounts.customer_people import heard_at
from bot.accounts.events import AccountLearned
from bot.accounts.people_facts import Meeting
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.events import publish
from bot.db.scope import is_row
from bot.db.work import Work
from bot.health import prompts
from bot.models import PulseAnswer, PulseRound
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.pulses import reminder_posts, respondents, round_card, rounds
from bot.pulses.facts import PulseSummary
from bot.pulses.job_kinds import PulseJob
from bot.pulses.respondents import TeamMember
from bot.pulses.rounds import Round
from bot.pulses.rules import Alarm, Colour, round_value
from bot.touchpoints.rules.churn_words import noted
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

SUMMARY, UNTOUCHED = "pulse_summary", "pulse_untouched"


def run_pulse_close(work: Work, rows: Sequence[DueJob]) -> None:
    """Close what is due, once its people are at work; until then it can still be answered."""
    ws = context.of(work)
    known = rounds.load(work, [row.subject_id for row in rows], locked=True)
    closing: list[Round] = []
    later: list[DueJob] = []
    for row in rows:
        r = known.pop(row.subject_id, None)
        if r is None or r.closed_at is not None:
            continue
        hours = r.account.hours(ws, r.policy(ws).pulse_time)
        if hours.is_open(work.now):
            closing.append(r)
        else:
            later.append(row.moved_to(hours.next_open(work.now)))
    agenda_jobs.reschedule(work, later)
    if closing:
        _close(work, closing)


def summary(work: Work, r: Round) -> list[OutgoingPost]:
    """Who is asked for a next step, in the thread of a closed round's card and of the copies of those who are to act.

    Nothing where none is needed: the card says it all. Who is mentioned stays as it was when the round closed: only
    then does anybody notice.
    """
    ws = context.of(work)
    acting = actors(work, r)
    told = _told(work, r, acting)
    if not r.alarms and not told:
        return []
    if not r.alarms:
        # An answer was corrected: who was asked for a next step reads that none is asked for any more.
        acting = [mate for mate in acting if _key(r, mate) in told]
    there_today = [mate.slack_id for mate in acting if not mate.is_away(work.now)]
    mentions = told[_key(r)].get("mentions", ()) if _key(r) in told else there_today
    facts = _summary(work, r, mentions)
    in_thread = r.account.post(ws, _key(r), SUMMARY, facts, thread_of=round_card.card_key(r))
    wanted = [in_thread] if in_thread else []
    for mate in round_card.copies_of(work, r, acting):
        parent = round_card.copy_key(r, mate)
        wanted.append(OutgoingPost(_key(r, mate), SUMMARY, facts, recipient=mate.slack_id, thread_of=parent))
    there = {one.key for one in wanted}
    return [
        *wanted,
        *(_alone(r, mate, facts) for mate in acting if _key(r, mate) in told and _key(r, mate) not in there),
    ]


def ask(work: Work, r: Round, mate: TeamMember) -> OutgoingPost:
    """The question for a next step, to somebody who was away when the round closed."""
    return _alone(r, mate, _summary(work, r, ()))


def asked_of(work: Work, r: Round, acting: Sequence[TeamMember]) -> list[TeamMember]:
    """Those who have been asked for a next step: by mention, in their copy's thread, or on their return."""
    told = _told(work, r, acting)
    mentioned = told.get(_key(r), {}).get("mentions", ())
    return [mate for mate in acting if mate.slack_id in mentioned or _key(r, mate) in told]


def actors(work: Work, r: Round) -> list[TeamMember]:
    """Who is asked for a next step: the owner and the support lead."""
    mates = respondents.of_accounts(work, [r.account.id]).get(r.account.id, ())
    return [mate for mate in mates if mate.role in ("owner", respondents.SUPPORT_LEAD)]


def alarming(r: Round) -> list[rounds.Answer]:
    """The answers that ask for a next step: the red ones, and the green ones that stand against them."""
    shown = {Colour.RED} | ({Colour.GREEN} if Alarm.APART in r.alarms else set())
    return [answer for answer in r.answers if answer.colour in shown]


def close_early(work: Work, r: Round) -> None:
    """Close a round in which everyone has answered, as soon as its owner is at work.

    One that has closed already is reckoned anew, after an answer in it was corrected.
    """
    ws = context.of(work)
    at = work.now if r.closed_at is not None else r.account.hours(ws).next_open(work.now)
    if at <= work.now:
        # What was planned for it would still be told as what comes next.
        agenda_jobs.cancel(work, [PulseJob.CLOSE, PulseJob.REMINDER], [r.subject])
        _close(work, [r])
    elif at < r.account.hours(ws, r.policy(ws).pulse_time).morning(r.closes_on):
        agenda_jobs.schedule(work, [Job(PulseJob.CLOSE, r.subject, "", at)])


def _close(work: Work, closing: Sequence[Round]) -> None:
    table = PulseRound.__table__
    work.session.connection().execute(
        update(table)  # type: ignore[arg-type]
        .where(is_row(table.c, work.workspace_id, bindparam("round")))
        .values({name: bindparam(f"new_{name}") for name in ("closed_at", "value", "worst", "heard", "churn_word")}),
        [
            {
                "round": r.id,
                "new_closed_at": r.closed_at or work.now,
                "new_value": round_value(r.colours),
                "new_worst": r.worst or "",
                "new_heard": r.heard,
                "new_churn_word": noted(words for answer in r.answers for words in (*answer.reasons, answer.words)),
            }
            for r in closing
        ],
    )
    _keep_met(work, closing)
    closed = list(rounds.load(work, [r.id for r in closing]).values())
    wanted = [*round_card.cards(work, closed), *reminder_posts.changed(work, closed)]
    # Of a customer who has left the card shows what was said, and nobody is told or asked anything more.
    closed = [r for r in closed if r.account.is_active]
    alarmed = [r for r in closed if r.alarms]
    agenda_jobs.schedule(work, _untouched(work, alarmed), keep=True)
    for r in closed:
        wanted += summary(work, r)
    outgoing.put(work, wanted)
    asks = [one for r in alarmed for one in _asks(work, r)]
    agenda_jobs.schedule(work, asks, keep=True)
    heard = [r.account.id for r in closed if r.value is not None]
    publish(work, AccountLearned(heard))
    red = [r.account.id for r in alarmed if Alarm.RED in r.alarms]
    if red:
        prompts.plan_after_red(work, red)


def _keep_met(work: Work, closing: Sequence[Round]) -> None:
    """Whom of the customer's people the answers were heard from; before a round closes nobody reads that."""
    accounts = {r.id: r.account.id for r in closing}
    answers = work.session.execute(
        work.select(
            PulseAnswer.round_id,
            PulseAnswer.id,
            PulseAnswer.answered_at,
            PulseAnswer.heard_on,
            PulseAnswer.heard_from,
        ).where(PulseAnswer.round_id.in_(accounts))
    )
    met = [
        Meeting(
            accounts[row.round_id],
            f"pulse_answer:{row.id}",
            heard_at(row.heard_on, row.answered_at) if row.heard_on else row.answered_at,
            row.heard_from if row.heard_on else "",
        )
        for row in answers
    ]
    customer_people.meet(work, met)


def untouched_key(round_id: int, to: str) -> str:
    """The key of the message that tells somebody of a round without a next step."""
    return f"pulse:{round_id}:untouched:{to}"


def _untouched(work: Work, alarmed: Sequence[Round]) -> list[Job]:
    """The jobs that tell the manager of rounds without a next step; not again when an answer is corrected later."""
    ws = context.of(work)
    jobs = []
    for r in alarmed:
        if not posts.by_prefix(work, untouched_key(r.id, "")):
            at = r.account.hours(ws, r.policy(ws).pulse_time).morning(round_card.escalation_day(ws, r, work.now))
            jobs.append(Job(PulseJob.UNTOUCHED, r.subject, "", at, 20))
    return jobs


def _asks(work: Work, r: Round) -> list[Job]:
    """Where nobody who should act is there, each of them is asked on their return."""
    ws = context.of(work)
    acting = actors(work, r)
    if asked_of(work, r, acting):
        return []
    return [ask_later(ws, r, mate, work.now) for mate in acting]


def ask_later(ws: WorkspaceContext, r: Round, mate: TeamMember, now: datetime) -> Job:
    """The job that asks this person for a next step when they are at work."""
    at = mate.next_at_work(now, r.policy(ws).pulse_time)
    return Job(PulseJob.ASK, r.subject, str(mate.id), at, 20, {"member": mate.id})


def _key(r: Round, mate: TeamMember | None = None) -> str:
    return f"pulse:{r.id}:summary:{mate.slack_id}" if mate else f"pulse:{r.id}:summary"


def _alone(r: Round, mate: TeamMember, facts: Mapping[str, Any]) -> OutgoingPost:
    return OutgoingPost(_key(r, mate), SUMMARY, {**facts, "mentions": (), "is_alone": True}, recipient=mate.slack_id)


def _told(work: Work, r: Round, acting: Sequence[TeamMember]) -> dict[str, Any]:
    """The facts of the messages there are about this round's outcome, by key."""
    keys = [_key(r), *(_key(r, mate) for mate in acting)]
    return {row.key: dict(row.facts) for row in posts.by_keys(work, keys)}


def _summary(work: Work, r: Round, mentions: Sequence[str]) -> dict[str, Any]:
    ws = context.of(work)
    closed_at = r.closed_at or work.now
    told = round_card.escalation(ws, r, work.now) if r.alarms else None
    return PulseSummary(
        round_id=r.id,
        account_id=r.account.id,
        account=r.account.name,
        as_of=str(r.day(ws, work.now)),
        counts=dict(Counter(r.colours)),
        asked=len(r.asked),
        silent=tuple(mate.name for mate in r.silent if not mate.is_away(closed_at)),
        absent=tuple(mate.name for mate in r.silent if mate.is_away(closed_at)),
        before_on=str(r.day(ws, r.before.opened_at)) if r.before else None,
        change=compared.change if (compared := round_card.beside_before(ws, r)) else None,
        alarms=r.alarms,
        said=round_card.said(r, alarming(r)),
        mentions=tuple(mentions),
        escalates_to=told.to if told else "",
        escalates_on=str(told.day) if told else None,
        hears=told.name if told else "",
        steps=round_card.steps_of(work, r),
        heard=r.heard,
        compared=compared,
    ).to_facts()
