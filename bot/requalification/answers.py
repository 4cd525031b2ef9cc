"""What somebody found out about one-off work: a need becomes an opportunity, not now a day on the agenda."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot import follow_ups
from bot.accounts import contacts, customer_people
from bot.agenda import jobs
from bot.db.scope import lock
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import Requalification
from bot.opportunities import pipeline, removal
from bot.opportunities import queries as opportunities
from bot.opportunities.facts import Spotted
from bot.opportunities.queries import KnownOpportunity
from bot.opportunities.stages import GrowthKind
from bot.posts import outgoing
from bot.requalification import planning, questions
from bot.requalification.facts import Looked
from bot.requalification.job_kinds import RequalifyJob
from bot.requalification.questions import KnownQuestion, key, others_of, read, show
from bot.requalification.rules import STOPPED, RequalifyOutcome, stopped_by
from bot.workspace import context
from bot.workspace.members import MemberView


def answer(work: Work, number: int, looked: Looked, by: MemberView) -> KnownQuestion:
    """Keep what somebody found out; its message shows it.

    Raises FieldErrors (problem, until) for what is missing, Refused when it is gone or was answered already.
    """
    lock(work, Requalification, [number])
    one = read(work, number)
    if one.outcome:
        raise Refused("This was answered already. Look with `/grow`.")
    return keep(work, one, looked, by)


def keep(work: Work, one: KnownQuestion, looked: Looked, by: MemberView) -> KnownQuestion:
    """Keep an answer, the first or another, with what it opens and ends. Raises FieldErrors as `answer` does."""
    account = contacts.load(work, [one.account_id])[one.account_id]
    today = account.today(context.of(work), work.now)
    errors = {}
    if looked.outcome is RequalifyOutcome.NEED and not looked.problem.strip():
        errors["problem"] = "Write what they need now, in their words."
    if looked.outcome is RequalifyOutcome.NOT_NOW and (looked.until is None or looked.until <= today):
        errors["until"] = "Choose the day on which you want to be asked again."
    if errors:
        raise FieldErrors(errors)
    until = looked.until if looked.outcome is RequalifyOutcome.NOT_NOW else None
    questions.write(
        work,
        [one.id],
        outcome=looked.outcome.value,
        changed=looked.changed.strip(),
        problem=looked.problem.strip(),
        owner_there=looked.owner_there.value if looked.owner_there else "",
        sponsor_there=looked.sponsor_there.value if looked.sponsor_there else "",
        until=until,
        contact=looked.who.contact,
        answered_by_id=by.id,
        answered_at=work.now,
    )
    customer_people.meet_now(work, one.account_id, key(one.id), looked.who, one.contact)
    _end_others(work, one, looked.outcome, until)
    follow(work, one, looked, by)
    if until is not None:
        after = (until - one.delivered_on).days
        planning.add(work, one.account_id, one.contract_id, after, until)
        jobs.schedule(work, [planning.job(work, account, one.contract_id, after, until)])
    show(work, one.id)
    return read(work, one.id)


def follow(work: Work, was: KnownQuestion, looked: Looked | None, by: MemberView) -> None:
    """Let the opportunity of an answer that was otherwise before follow what holds now; None: it was taken back.

    One on which somebody has worked since stays as it is, and one that somebody has removed is not opened again.
    """
    need = None
    if looked is not None and looked.outcome is RequalifyOutcome.NEED:
        need = Spotted(GrowthKind.CROSS_SELL, looked.problem, product_id=looked.product_id, who=looked.who)
    there = opened_by(work, was)
    if there is None:
        if need is not None and was.outcome != RequalifyOutcome.NEED:
            pipeline.add(work, was.account_id, need, by, key(was.id))
    elif _is_as_opened(work, there, was):
        if need is not None:
            pipeline.change(work, there.id, need, by)
        else:
            removal.remove(work, there.id, by)


def opened_by(work: Work, one: KnownQuestion) -> KnownOpportunity | None:
    """The opportunity that the answer to a question has opened, as far as it is still there."""
    return opportunities.opened_from(work, [one.account_id], [key(one.id)]).get(key(one.id))


def _is_as_opened(work: Work, there: KnownOpportunity, was: KnownQuestion) -> bool:
    """Whether nobody has worked on an opportunity since an answer opened it."""
    as_opened = Spotted(GrowthKind.CROSS_SELL, was.problem)
    said = (there.kind, there.stage, there.source, there.need, there.budget, there.value, there.contact)
    first = (as_opened.kind, as_opened.stage, as_opened.source, was.problem, "", None, was.contact)
    return said == first and not follow_ups.of_source(work, f"opportunity:{there.id}")


def _end_others(work: Work, one: KnownQuestion, outcome: RequalifyOutcome, until: date | None) -> None:
    others = [other for other in others_of(work, one) if not other.outcome]
    ended = stopped_by(outcome, until, [other.due_on for other in others])
    over = [other for other in others if other.due_on in ended]
    questions.write(work, [other.id for other in over], outcome=STOPPED)
    # A job of each that is left stays; the others find their question stopped.
    outgoing.put(work, questions.wanted(work, [replace(other, outcome=STOPPED) for other in over]))
    if len(over) == len(others):
        jobs.cancel(work, [RequalifyJob.ASK], [planning.subject(one.contract_id)])
