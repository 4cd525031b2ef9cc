"""The owner is asked about one-off work, and answers: a need becomes an opportunity, not now a day on the agenda."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from bot import follow_ups
from bot.accounts import contacts, customer_people, proposing
from bot.accounts.contacts import AccountContacts
from bot.agenda import jobs
from bot.agenda.jobs import DueJob
from bot.core.proposing import LOOK_AGAIN, NOTHING_TOLD, TOLD_NOW, HoldOff, is_enough
from bot.db.scope import lock, within
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import Account, Contract, Member, Requalification
from bot.opportunities import pipeline, removal
from bot.opportunities import queries as opportunities
from bot.opportunities.events import OpportunityRemoved
from bot.opportunities.facts import Spotted
from bot.opportunities.queries import KnownOpportunity
from bot.opportunities.stages import GrowthKind
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.requalification import planning
from bot.requalification.facts import Looked, OneOffCard
from bot.requalification.job_kinds import RequalifyJob
from bot.requalification.rules import KEPT, REMOVED, STOPPED, RequalifyOutcome, stopped_by
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.members import MemberView
from bot.workspace.presence import Passed

KIND = NOUN = "one_off"
GONE = "That question is no longer there. Look with `/grow`."


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """One question with its account's and contract's name; `delivered_on` is the contract's last day."""

    id: int
    account_id: int
    account: str
    contract_id: int
    contract: str
    delivered_on: date
    days: int
    due_on: date
    outcome: str
    answered_by: str
    answered_by_id: int | None
    asked_at: datetime | None
    changed: str
    problem: str
    owner_there: str
    sponsor_there: str
    until: date | None
    contact: str


def run_ask(work: Work, rows: Sequence[DueJob]) -> None:
    """Ask the owner, or who stands in; silent where it was answered meanwhile, or where a contract renews now.

    Where nothing may be proposed now, as right after another question, it is looked at again in a week; while a pulse
    is open, on the next working day.
    """
    ws = context.of(work)
    due = {(row.subject_id, int(row.dedupe_key)): row for row in rows}
    known = {
        (one.contract_id, one.days): one
        for one in _questions(work, Requalification.contract_id.in_({contract_id for contract_id, _ in due}))
    }
    kept = contacts.load(work, sorted({one.account_id for one in known.values()}))
    renews = planning.renewing(work, sorted(kept))
    quiet = proposing.held_off_of(work, sorted(kept))
    told_to = proposing.told(work, {one.owner_id for one in kept.values() if one.owner_id is not None})
    newest: dict[int, date] = {}
    for place in due:
        if (one := known.get(place)) is not None and not one.outcome:
            newest[one.contract_id] = max(one.due_on, newest.get(one.contract_id, one.due_on))
    earlier = _asked_of(work, {contract_id for contract_id, _ in due})
    wanted: list[OutgoingPost] = []
    asked: list[KnownQuestion] = []
    renewing: list[int] = []
    missed: list[int] = []
    later: list[DueJob] = []
    passed: list[Passed] = []
    for place, row in due.items():
        one = known.get(place)
        account = kept.get(one.account_id) if one else None
        if one is None or account is None or one.outcome or not account.is_active:
            continue
        if one.due_on < newest[one.contract_id]:
            # Nothing ran when it was due: now the later question is asked, and this one never.
            missed.append(one.id)
            continue
        if account.id in renews:
            renewing.append(one.contract_id)
            continue
        hours = account.hours(ws, ws.policies.of(account.tier).alert_time).present()
        if not hours.is_open(work.now):
            later.append(row.moved_to(hours.next_open(work.now)))
            continue
        if account.id in quiet:
            later.append(row.moved_to(hours.next_morning(work.now, LOOK_AGAIN)))
            continue
        waited = (account.today(ws, work.now) - one.due_on).days
        apart = ws.policies.of(account.tier).proposals_to_person_days
        if is_enough(told_to.get(account.owner_id or 0, NOTHING_TOLD), waited, apart):
            later.append(row.moved_to(hours.next_morning(work.now)))
            continue
        to, told = _reader(work, ws, account)
        if to is None:
            continue
        passed += told
        asked.append(one)
        quiet[account.id] = HoldOff.PROPOSED
        if account.owner_id is not None:
            told_to[account.owner_id] = TOLD_NOW
        card = card_of(one, account.today(ws, work.now))
        if told:
            card = replace(card, instead_of=account.owner_name or "")
        wanted.append(replace(to, key=key(one.id), facts=card.to_facts()))
    planning.stop(work, renewing)
    # Earlier questions about the same work that nobody answered end here, and say so.
    ended = [before for one in asked for before in earlier.get(one.contract_id, ()) if before.id != one.id]
    _set(work, [*missed, *(one.id for one in ended)], outcome=STOPPED)
    _set(work, [one.id for one in asked], asked_at=work.now)
    outgoing.put(work, _shown(work, [replace(one, outcome=STOPPED) for one in ended]) + wanted)
    presence.pass_on(work, passed)
    jobs.reschedule(work, later)


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
    _set(
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


def show(work: Work, number: int, taken_back_by: str = "") -> None:
    """Let the message of a question show it as it is now, or who took its answer back."""
    outgoing.put(work, _shown(work, [read(work, number)], taken_back_by))


def read(work: Work, number: int) -> KnownQuestion:
    """One question. Raises Refused when this workspace has none of that number."""
    found = _questions(work, Requalification.id == number)
    if not found:
        raise Refused(GONE)
    return found[0]


def others_of(work: Work, one: KnownQuestion) -> list[KnownQuestion]:
    """The other questions about the same work, the soonest first."""
    return [other for other in _questions(work, Requalification.contract_id == one.contract_id) if other.id != one.id]


def on_opportunity_removed(work: Work, event: OpportunityRemoved) -> None:
    """The answer that had opened it stays; its message says that nothing is left of it."""
    noun, _, number = event.origin.partition(":")
    if noun == NOUN:
        outgoing.put(work, _shown(work, _questions(work, Requalification.id == int(number))))


def card_of(one: KnownQuestion, as_of: date | str) -> OneOffCard:
    """A question as its message shows it."""
    return OneOffCard(
        one.id,
        one.account_id,
        one.account,
        one.contract,
        str(one.delivered_on),
        str(as_of),
        one.outcome,
        one.answered_by,
        one.changed,
        one.problem,
        one.owner_there,
        one.sponsor_there,
        str(one.until or ""),
        contact=one.contact,
    )


def _reader(work: Work, ws: WorkspaceContext, account: AccountContacts) -> tuple[OutgoingPost | None, list[Passed]]:
    """Where the question goes, still without its words, and whom it was meant for where that is somebody else."""
    owner = account.owner_slack
    if owner and not account.is_owner_away(account.today(ws, work.now)):
        return OutgoingPost("", KIND, {}, recipient=owner, owner=owner), []
    if owner and account.owner_id is not None:
        found = ws.people.first_awake(account.owner_id, account.id, work.now)
        if found is None:
            return OutgoingPost("", KIND, {}, recipient=owner, owner=owner), []
        told = Passed(account.owner_id, account.id, KIND, found.slack_id, found.name)
        return OutgoingPost("", KIND, {}, recipient=found.slack_id), [told]
    to = account.destination(ws)
    return (OutgoingPost("", KIND, {}, to.channel, to.recipient) if to.place is not None else None), []


def _asked_of(work: Work, contract_ids: Collection[int]) -> dict[int, list[KnownQuestion]]:
    """The questions about each of these contracts that were asked and that nobody has answered."""
    found: dict[int, list[KnownQuestion]] = {}
    for one in _questions(work, Requalification.contract_id.in_(contract_ids) & Requalification.asked_at.is_not(None)):
        if not one.outcome:
            found.setdefault(one.contract_id, []).append(one)
    return found


def _end_others(work: Work, one: KnownQuestion, outcome: RequalifyOutcome, until: date | None) -> None:
    others = [other for other in others_of(work, one) if not other.outcome]
    ended = stopped_by(outcome, until, [other.due_on for other in others])
    over = [other for other in others if other.due_on in ended]
    _set(work, [other.id for other in over], outcome=STOPPED)
    # A job of each that is left stays; the others find their question stopped.
    outgoing.put(work, _shown(work, [replace(other, outcome=STOPPED) for other in over]))
    if len(over) == len(others):
        jobs.cancel(work, [RequalifyJob.ASK], [planning.subject(one.contract_id)])


def _shown(work: Work, several: Sequence[KnownQuestion], taken_back_by: str = "") -> list[OutgoingPost]:
    """The messages of these questions, as far as there are any, as they should stand now."""
    keys = [key(one.id) for one in several]
    there = {post.key: post for post in posts.by_keys(work, keys)}
    opened = opportunities.opened_from(work, {one.account_id for one in several}, keys)
    wanted = []
    for one in several:
        post = there.get(key(one.id))
        if post is not None:
            was = OneOffCard.from_facts(post.facts)
            card = replace(
                card_of(one, was.as_of),
                instead_of=was.instead_of,
                opportunity=_left_of(one, opened.get(post.key)),
                taken_back_by=taken_back_by,
            )
            wanted.append(OutgoingPost(post.key, KIND, card.to_facts(), post.channel, post.recipient, post.owner))
    return wanted


def _left_of(one: KnownQuestion, there: KnownOpportunity | None) -> str:
    """What a question's message says of the opportunity that an answer to it had opened."""
    is_need = one.outcome == RequalifyOutcome.NEED
    if there is None:
        return REMOVED if is_need else ""
    return "" if is_need and there.need == one.problem else KEPT


def _set(work: Work, numbers: Collection[int], **values: object) -> None:
    if not numbers:
        return
    work.session.execute(
        update(Requalification)
        .where(within(Requalification.workspace_id, work.workspace_id), Requalification.id.in_(numbers))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _questions(work: Work, which: ColumnElement[bool]) -> list[KnownQuestion]:
    rows = work.session.execute(
        select(
            Requalification.id,
            Requalification.account_id,
            Account.name,
            Requalification.contract_id,
            Contract.name,
            Contract.renewal_date,
            Requalification.days,
            Requalification.due_on,
            Requalification.outcome,
            Member.name,
            Requalification.answered_by_id,
            Requalification.asked_at,
            Requalification.changed,
            Requalification.problem,
            Requalification.owner_there,
            Requalification.sponsor_there,
            Requalification.until,
            Requalification.contact,
        )
        .join(Account, Account.id == Requalification.account_id)
        .join(Contract, Contract.id == Requalification.contract_id)
        .outerjoin(Member, Member.id == Requalification.answered_by_id)
        .where(within(Requalification.workspace_id, work.workspace_id), which)
        .order_by(Requalification.due_on, Requalification.id)
    )
    # A file may have taken the contract's end away since: then it counts from what was planned.
    return [
        KnownQuestion(
            number,
            account_id,
            account,
            contract_id,
            contract,
            ended or due_on - timedelta(days=days),
            days,
            due_on,
            outcome,
            by or "",
            *said,
        )
        for number, account_id, account, contract_id, contract, ended, days, due_on, outcome, by, *said in rows
    ]


def key(number: int) -> str:
    """By which the post of a question is found, and what was opened from it."""
    return f"{NOUN}:{number}"
