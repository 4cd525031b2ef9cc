"""What the demo's teams have said in pulses before today, and two rounds that run: one new, one about to close red."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import pulses
from bot.core.calendar import add_working_days, local_date
from bot.db.work import Work
from bot.models import Account, PulseAnswer, PulseRound
from bot.pulses.rules import Colour, round_value, worst
from bot.touchpoints.rules.churn_words import noted
from bot.workspace import members

DANA, MARCO, PRIYA, JONAS = "U0REP1", "U0REP2", "U0SUP1", "U0IMP1"
ZONE = "Europe/Berlin"
WEEK = timedelta(days=7)
G, Y, R = Colour.GREEN, Colour.YELLOW, Colour.RED

SampleAnswer = tuple[str, Colour, tuple[str, ...], str]
"""Who, what, why, in which words."""


@dataclass(frozen=True, slots=True)
class SampleRound:
    """A round of some days ago. `asked` are those who were asked; who is not in `given` was silent.

    `heard` are those who heard it from the customer that day; the others gave their impression.
    """

    account: str
    days_ago: int
    asked: tuple[str, ...]
    given: tuple[SampleAnswer, ...]
    heard: tuple[str, ...] = ()


def _said(who: str, colour: Colour, words: str = "", *reasons: str) -> SampleAnswer:
    return who, colour, reasons, words


ROUNDS: tuple[SampleRound, ...] = (
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
    SampleRound("Ridgeway Museums", 20, (MARCO, PRIYA), (_said(MARCO, G), _said(PRIYA, G)), heard=(PRIYA,)),
    SampleRound("Poppyfield Hotels", 18, (DANA, PRIYA), (_said(DANA, Y, "", "Price"), _said(PRIYA, G))),
    SampleRound("Tidewater Press", 300, (DANA, PRIYA), (_said(DANA, G), _said(PRIYA, G))),
    SampleRound(
        "Tidewater Press", 207, (DANA, PRIYA), (_said(DANA, G), _said(PRIYA, Y, "", "Slow answers from us")), (PRIYA,)
    ),
    SampleRound(
        "Tidewater Press",
        72,
        (DANA, PRIYA),
        (_said(PRIYA, R, "Nobody calls them back on the archive.", "Slow answers from us", "Broken promise"),),
        (PRIYA,),
    ),
    SampleRound("Kestrel Air", 147, (DANA, PRIYA), (_said(DANA, Y, "", "Product gap"), _said(PRIYA, Y, "", "Price"))),
)

QUIET_MONTHS = (
    ("Brightwater Utilities", DANA, PRIYA, (231, 140)),
    ("Cedar Health", DANA, JONAS, (245, 154)),
    ("Elmwood Foods", MARCO, JONAS, (259, 168)),
    ("Fenwick & Rowe Legal", MARCO, PRIYA, (217, 133)),
    ("Harborline Shipping", MARCO, JONAS, (273, 126)),
    ("Meridian Freight", DANA, PRIYA, (196, 105)),
    ("Ridgeway Museums", MARCO, PRIYA, (287, 175)),
    ("Sable Insurance", DANA, JONAS, (203, 112)),
)
"""Account, owner, support lead, and how many days ago rounds were in which all was well; support had it from them."""

ROUNDS += tuple(
    SampleRound(account, days, (owner, lead), (_said(owner, G), _said(lead, G)), heard=(lead,))
    for account, owner, lead, all_days in QUIET_MONTHS
    for days in all_days
)

NEW = ("Acme Robotics", (_said(PRIYA, G),))
CLOSING = (
    "Harborline Shipping",
    (
        _said(MARCO, G),
        _said(JONAS, R, "Two depots want their old tool back. We said March and it is not there.", "Broken promise"),
    ),
)


def load_earlier(work: Work) -> None:
    """The rounds that have closed."""
    accounts = _accounts(work)
    for sample in ROUNDS:
        opened = work.now - timedelta(days=sample.days_ago)
        closed = opened + WEEK
        row = PulseRound(
            workspace_id=work.workspace_id,
            account_id=accounts[sample.account],
            opened_at=opened,
            closes_on=local_date(closed, ZONE),
            closed_at=closed,
            asked=[_member(work, who) for who in sample.asked],
            value=round_value([colour for _, colour, *_ in sample.given]),
            worst=worst([colour for _, colour, *_ in sample.given]) or "",
            heard=len([who for who, *_ in sample.given if who in sample.heard]),
            churn_word=noted(said for _, _, reasons, words in sample.given for said in (*reasons, words)),
        )
        work.session.add(row)
        work.session.flush()
        for who, colour, reasons, words in sample.given:
            answer = PulseAnswer(
                workspace_id=work.workspace_id,
                round_id=row.id,
                member_id=_member(work, who),
                colour=colour,
                reasons=list(reasons),
                words=words,
                answered_at=opened,
                heard_on=local_date(opened, ZONE) if who in sample.heard else None,
            )
            work.session.add(answer)
    work.session.flush()


def load_running(work: Work) -> None:
    """One that opened this morning and waits for Dana, and one that closes at half past nine and needs a next step."""
    accounts = _accounts(work)
    opened = work.now + (add_working_days(local_date(work.now, ZONE), -5) - local_date(work.now, ZONE))
    _run(work, accounts[CLOSING[0]], CLOSING[1], opened)
    _run(work, accounts[NEW[0]], NEW[1], work.now)
    pulses.plan_rounds(work, list(accounts.values()))


def _run(work: Work, account_id: int, given: Sequence[SampleAnswer], opened: datetime) -> None:
    number = pulses.start(work.at(opened), account_id, None)
    for who, colour, reasons, words in given:
        by = _member(work, who)
        pulses.answer(work.at(opened), number, by, pulses.GivenAnswer(colour, reasons, words))


def _accounts(work: Work) -> Mapping[str, int]:
    rows = work.session.execute(work.select(Account.name, Account.id).where(Account.is_active.is_(True)))
    return {row.name: row.id for row in rows}


def _member(work: Work, slack_id: str) -> int:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person.id
