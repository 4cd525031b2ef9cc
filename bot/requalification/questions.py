"""Questions about one-off work as they stand: read, written, and shown in their messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, Contract, Member, Requalification
from bot.opportunities import queries as opportunities
from bot.opportunities.events import OpportunityRemoved
from bot.opportunities.queries import KnownOpportunity
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.posts.outgoing import OutgoingPost
from bot.requalification.facts import OneOffCard
from bot.requalification.rules import KEPT, REMOVED, RequalifyOutcome

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


def show(work: Work, number: int, taken_back_by: str = "") -> None:
    """Let the message of a question show it as it is now, or who took its answer back."""
    outgoing.put(work, wanted(work, [read(work, number)], taken_back_by))


def read(work: Work, number: int) -> KnownQuestion:
    """One question. Raises Refused when this workspace has none of that number."""
    found = several(work, Requalification.id == number)
    if not found:
        raise Refused(GONE)
    return found[0]


def others_of(work: Work, one: KnownQuestion) -> list[KnownQuestion]:
    """The other questions about the same work, the soonest first."""
    return [other for other in several(work, Requalification.contract_id == one.contract_id) if other.id != one.id]


def on_opportunity_removed(work: Work, event: OpportunityRemoved) -> None:
    """The answer that had opened it stays; its message says that nothing is left of it."""
    noun, _, number = event.origin.partition(":")
    if noun == NOUN:
        outgoing.put(work, wanted(work, several(work, Requalification.id == int(number))))


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


def wanted(work: Work, known: Sequence[KnownQuestion], taken_back_by: str = "") -> list[OutgoingPost]:
    """The messages of these questions, as far as there are any, as they should stand now."""
    keys = [key(one.id) for one in known]
    there = {post.key: post for post in posts.by_keys(work, keys)}
    opened = opportunities.opened_from(work, {one.account_id for one in known}, keys)
    found = []
    for one in known:
        post = there.get(key(one.id))
        if post is not None:
            was = OneOffCard.from_facts(post.facts)
            card = replace(
                card_of(one, was.as_of),
                instead_of=was.instead_of,
                opportunity=_left_of(one, opened.get(post.key)),
                taken_back_by=taken_back_by,
            )
            found.append(post.saying(card.to_facts()))
    return found


def _left_of(one: KnownQuestion, there: KnownOpportunity | None) -> str:
    """What a question's message says of the opportunity that an answer to it had opened."""
    is_need = one.outcome == RequalifyOutcome.NEED
    if there is None:
        return REMOVED if is_need else ""
    return "" if is_need and there.need == one.problem else KEPT


def write(work: Work, numbers: Collection[int], **values: object) -> None:
    """Keep these values of these questions."""
    if not numbers:
        return
    work.session.execute(
        update(Requalification)
        .where(within(Requalification.workspace_id, work.workspace_id), Requalification.id.in_(numbers))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def several(work: Work, which: ColumnElement[bool]) -> list[KnownQuestion]:
    """The questions for which this holds, the soonest first."""
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
