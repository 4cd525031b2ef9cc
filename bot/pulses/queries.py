"""Rounds for screens: one card, what waits for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from bot.accounts import contacts
from bot.accounts import team as account_team
from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.health import reasons
from bot.models import Account, PulseAnswer, PulseRound
from bot.pulses import answers, rounds
from bot.pulses import round_card as pulse_card
from bot.pulses.answers import GONE
from bot.pulses.facts import GivenAnswer, PulseCard
from bot.pulses.rules import Colour
from bot.workspace import context


@dataclass(frozen=True, slots=True)
class Waiting:
    """A round that waits for one person's answer: opened at a moment, it closes on the morning of `closes_on`."""

    round_id: int
    account_id: int
    account: str
    closes_on: date
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class AskedWhy:
    """What may be given as the reason of an answer, at most `most` of `reasons`; and what this person said before."""

    account: str
    reasons: tuple[str, ...]
    most: int
    given: GivenAnswer | None


def card(work: Work, round_id: int) -> PulseCard:
    """What the card of a round shows. Raises Refused when there is none of this number."""
    r = rounds.load(work, [round_id]).get(round_id)
    if r is None:
        raise Refused(GONE)
    return pulse_card.card(work, r)


RED_FOR = timedelta(days=92)
"""For how long a red answer counts where no later round is answered: a quarter, in which every account is asked."""


def red_accounts(work: Work, owner_ids: Sequence[int]) -> int:
    """How many accounts of these owners are red: in their last round that was answered, or in one still running."""
    later = aliased(PulseRound)
    answered_since = exists().where(
        later.account_id == PulseRound.account_id,
        within(later.workspace_id, work.workspace_id),
        later.opened_at > PulseRound.opened_at,
        later.worst != "",
    )
    said = exists().where(
        PulseAnswer.round_id == PulseRound.id,
        within(PulseAnswer.workspace_id, work.workspace_id),
        PulseAnswer.colour == Colour.RED,
    )
    is_red = or_(PulseRound.worst == Colour.RED, PulseRound.closed_at.is_(None) & said)
    found = work.session.scalar(
        select(func.count(PulseRound.account_id.distinct()))
        .join(Account, Account.id == PulseRound.account_id)
        .where(
            Account.workspace_id == work.workspace_id,
            within(PulseRound.workspace_id, work.workspace_id),
            PulseRound.opened_at > work.now - RED_FOR,
            is_red,
            ~answered_since,
            Account.owner_id.in_(owner_ids),
            Account.is_active.is_(True),
        )
    )
    return found or 0


def running_of(work: Work, account_id: int) -> int | None:
    """The running round of an account, if it has one."""
    return rounds.running(work, [account_id]).get(account_id)


def asked_why(work: Work, round_id: int, member_id: int) -> AskedWhy:
    """What the form needs that asks one person why. Raises Refused when the round can no longer be answered."""
    ws = context.of(work)
    r = answers.opened(work, round_id, member_id)
    return AskedWhy(
        account=r.account.name,
        reasons=reasons.of_workspace(work),
        most=r.policy(ws).pulse_reasons,
        given=answers.of(r, member_id),
    )


def place_of(work: Work, account_id: int) -> str | None:
    """The channel in which an account's rounds are posted; None when it speaks to people alone."""
    ws = context.of(work)
    account = contacts.load(work, [account_id]).get(account_id)
    return account.destination(ws).channel if account else None


def waiting_for(work: Work, member_id: int, limit: int = 50) -> list[Waiting]:
    """The running rounds in which this person was asked and has not answered, those that close first first."""
    rows = work.rows(_WAITING, member=member_id)
    mine = [Waiting(*row[:-1]) for row in rows if member_id in row.asked]
    return mine[:limit]


_OF: Any = bindparam("of")
_MEMBER: Any = bindparam("member")
_ANSWERED = select(PulseAnswer.id).where(PulseAnswer.round_id == PulseRound.id, PulseAnswer.member_id == _MEMBER)
_WAITING = (
    select(
        PulseRound.id,
        PulseRound.account_id,
        Account.name,
        PulseRound.closes_on,
        PulseRound.opened_at,
        PulseRound.asked,
    )
    .join(Account, Account.id == PulseRound.account_id)
    .where(
        PulseRound.workspace_id == _OF,
        PulseRound.closed_at.is_(None),
        account_team.keeps(_OF, _MEMBER, PulseRound.account_id),
        ~_ANSWERED.exists(),
    )
    .order_by(PulseRound.closes_on, PulseRound.id)
)


def count_waiting(work: Work, member_ids: Sequence[int]) -> Mapping[int, int]:
    """How many rounds wait for each of these people, as `waiting_for` would list them."""
    keeps = account_team.keepers(work.workspace_id, member_ids).subquery()
    answered = (
        select(PulseAnswer.id)
        .where(PulseAnswer.round_id == PulseRound.id, PulseAnswer.member_id == keeps.c.member_id)
        .correlate(PulseRound, keeps)
    )
    # An account has one running round at most. A join would have PostgreSQL read all that run in the workspace.
    asked = (
        select(PulseRound.asked)
        .where(
            PulseRound.account_id == keeps.c.account_id,
            within(PulseRound.workspace_id, work.workspace_id),
            PulseRound.closed_at.is_(None),
            ~answered.exists(),
        )
        .correlate(keeps)
        .scalar_subquery()
    )
    rows = work.session.execute(select(keeps.c.member_id, asked.label("asked")))
    return Counter(member_id for member_id, among in rows if among and member_id in among)
