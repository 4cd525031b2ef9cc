"""What the demo's teams have said in pulses before today, and two rounds that run: one new, one about to close red."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import pulses
from bot.core.calendar import add_working_days, local_date
from bot.models import Account, PulseAnswer, PulseRound
from bot.pulses.rules import Colour, round_value, worst
from bot.touchpoints.rules.churn_words import noted
from bot.workspace import members

DANA, MARCO, PRIYA, JONAS = "U0REP1", "U0REP2", "U0SUP1", "U0IMP1"
ZONE = "Europe/Berlin"
WEEK = timedelta(days=7)
G, Y, R = Colour.GREEN, Colour.YELLOW, Colour.RED

Given = tuple[str, Colour, tuple[str, ...], str]
"""Who, what, why, in which words."""


@dataclass(frozen=True, slots=True)
class SampleRound:
    """A round of some days ago. `asked` are those who were asked; who is not in `given` was silent.

    `heard` are those who heard it from the customer that day; the others gave their impression.
    """

    account: str
    days_ago: int
    asked: tuple[str, ...]
    given: tuple[Given, ...]
    heard: tuple[str, ...] = ()


def _said(who: str, colour: Colour, words: str = "", *reasons: str) -> Given:
    return who, colour, reasons, words


ROUNDS = (
    SampleRound("Acme Robotics", 364, (DANA, PRIYA), (_said(DANA, G), _said(PRIYA, G))),
    SampleRound("Acme Robotics", 63, (DANA, PRIYA), (_said(DANA, G), _said(PRIYA, Y, "The second line came late"))),
    SampleRound("Acme Robotics", 28, (DANA, PRIYA), (_said(DANA, G), _said(PRIYA, G)), heard=(PRIYA,)),
    SampleRound("Brightwater Utilities", 322, (DANA, PRIYA), (_said(DANA, G),)),
    SampleRound("Brightwater Utilities", 35, (DANA, PRIYA), (_said(DANA, G), _said(PRIYA, G))),
    SampleRound("Cedar Health", 56, (DANA, JONAS), (_said(DANA, G), _said(JONAS, G))),
    SampleRound(
        "Cedar Health", 21, (DANA, JONAS), (_said(JONAS, Y, "Nobody calls back", "They have no time"),), (JONAS,)
    ),
    SampleRound("Elmwood Foods", 49, (MARCO, JONAS), ()),
    SampleRound("Fenwick & Rowe Legal", 42, (MARCO, PRIYA), (_said(MARCO, G), _said(PRIYA, G))),
    SampleRound("Harborline Shipping", 42, (MARCO, JONAS), (_said(MARCO, G), _said(JONAS, Y, "", "Little used"))),
    SampleRound("Kestrel Air", 147, (DANA, PRIYA), (_said(DANA, Y, "", "Product gap"), _said(PRIYA, Y, "", "Price"))),
)

NEW = ("Acme Robotics", (_said(PRIYA, G),))
CLOSING = (
    "Harborline Shipping",
    (
        _said(MARCO, G),
        _said(JONAS, R, "Two depots want their old tool back. We said March and it is not there.", "Broken promise"),
    ),
)


def load_earlier(session: Session, workspace_id: int, now: datetime) -> None:
    """The rounds that have closed."""
    accounts = _accounts(session, workspace_id)
    for sample in ROUNDS:
        opened = now - timedelta(days=sample.days_ago)
        closed = opened + WEEK
        row = PulseRound(
            workspace_id=workspace_id,
            account_id=accounts[sample.account],
            opened_at=opened,
            closes_on=local_date(closed, ZONE),
            closed_at=closed,
            asked=[_member(session, workspace_id, who) for who in sample.asked],
            value=round_value([colour for _, colour, *_ in sample.given]),
            worst=worst([colour for _, colour, *_ in sample.given]) or "",
            heard=len([who for who, *_ in sample.given if who in sample.heard]),
            churn_word=noted(said for _, _, reasons, words in sample.given for said in (*reasons, words)),
        )
        session.add(row)
        session.flush()
        for who, colour, reasons, words in sample.given:
            answer = PulseAnswer(
                workspace_id=workspace_id,
                round_id=row.id,
                member_id=_member(session, workspace_id, who),
                colour=colour,
                reasons=list(reasons),
                words=words,
                answered_at=opened,
                heard_on=local_date(opened, ZONE) if who in sample.heard else None,
            )
            session.add(answer)
    session.flush()


def load_running(session: Session, workspace_id: int, now: datetime) -> None:
    """One that opened this morning and waits for Dana, and one that closes at half past nine and needs a next step."""
    accounts = _accounts(session, workspace_id)
    opened = now + (add_working_days(local_date(now, ZONE), -5) - local_date(now, ZONE))
    _run(session, workspace_id, accounts[CLOSING[0]], CLOSING[1], opened)
    _run(session, workspace_id, accounts[NEW[0]], NEW[1], now)
    pulses.plan_rounds(session, workspace_id, list(accounts.values()), now)


def _run(session: Session, workspace_id: int, account_id: int, given: Sequence[Given], opened: datetime) -> None:
    number = pulses.start(session, workspace_id, account_id, None, opened)
    for who, colour, reasons, words in given:
        by = _member(session, workspace_id, who)
        pulses.answer(session, workspace_id, number, by, colour, reasons, words, opened)


def _accounts(session: Session, workspace_id: int) -> Mapping[str, int]:
    rows = session.execute(
        select(Account.name, Account.id).where(Account.workspace_id == workspace_id, Account.is_active.is_(True))
    )
    return {row.name: row.id for row in rows}


def _member(session: Session, workspace_id: int, slack_id: str) -> int:
    person = members.find(session, workspace_id, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person.id
