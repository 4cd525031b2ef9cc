"""Rounds for screens: one card, what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.accounts import contacts
from bot.accounts import team as account_team
from bot.errors import Refused
from bot.health import reasons
from bot.models import Account, PulseAnswer, PulseRound
from bot.pulses import answers, rounds
from bot.pulses import round_card as pulse_card
from bot.pulses.answers import GONE
from bot.pulses.facts import PulseCard
from bot.pulses.rules import Colour
from bot.workspace import context


@dataclass(frozen=True, slots=True)
class Waiting:
    """A round that waits for one person's answer; it closes on the morning of `closes_on`."""

    round_id: int
    account_id: int
    account: str
    closes_on: date


@dataclass(frozen=True, slots=True)
class AskedWhy:
    """What may be given as the reason of an answer, at most `most` of `reasons`; and what this person said before.

    `colour` is the one they gave, None when they have not answered; `heard_on` the day on which they heard it.
    """

    account: str
    reasons: tuple[str, ...]
    most: int
    chosen: tuple[str, ...]
    words: str
    colour: Colour | None = None
    heard_on: date | None = None


def card(session: Session, workspace_id: int, round_id: int, now: datetime) -> PulseCard:
    """What the card of a round shows. Raises Refused when there is none of this number."""
    here = context.load(session, workspace_id)
    r = rounds.load(session, here, [round_id]).get(round_id)
    if r is None:
        raise Refused(GONE)
    return pulse_card.card(here, r, now)


def running_of(session: Session, workspace_id: int, account_id: int) -> int | None:
    """The running round of an account, if it has one."""
    return rounds.running(session, workspace_id, [account_id]).get(account_id)


def asked_why(session: Session, workspace_id: int, round_id: int, member_id: int, now: datetime) -> AskedWhy:
    """What the form needs that asks one person why. Raises Refused when the round can no longer be answered."""
    here = context.load(session, workspace_id)
    r = answers.opened(session, workspace_id, round_id, member_id, now)
    given = answers.of(r, member_id)
    return AskedWhy(
        account=r.account.name,
        reasons=reasons.of_workspace(session, workspace_id),
        most=r.policy(here).pulse_reasons,
        chosen=given.reasons if given else (),
        words=given.words if given else "",
        colour=given.colour if given else None,
        heard_on=given.heard_on if given else None,
    )


def place_of(session: Session, workspace_id: int, account_id: int) -> str | None:
    """The channel in which an account's rounds are posted; None when it speaks to people alone."""
    here = context.load(session, workspace_id)
    account = contacts.load(session, workspace_id, [account_id]).get(account_id)
    return account.destination(here).channel if account else None


def waiting_for(session: Session, workspace_id: int, member_id: int, limit: int = 50) -> list[Waiting]:
    """The running rounds in which this person was asked and has not answered, those that close first first."""
    answered = select(PulseAnswer.id).where(PulseAnswer.round_id == PulseRound.id, PulseAnswer.member_id == member_id)
    rows: Any = session.execute(
        select(PulseRound.id, PulseRound.account_id, Account.name, PulseRound.closes_on, PulseRound.asked)
        .join(Account, Account.id == PulseRound.account_id)
        .where(
            PulseRound.workspace_id == workspace_id,
            PulseRound.closed_at.is_(None),
            account_team.keeps(workspace_id, member_id, PulseRound.account_id),
            ~answered.exists(),
        )
        .order_by(PulseRound.closes_on, PulseRound.id)
    )
    mine = [Waiting(row.id, row.account_id, row.name, row.closes_on) for row in rows if member_id in row.asked]
    return mine[:limit]
