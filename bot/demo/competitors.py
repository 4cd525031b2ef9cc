"""Who is after the sample customers: two claims of the year before that were answered, and one of today that waits."""

from __future__ import annotations

from datetime import timedelta

from bot.competitors import claims
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account
from bot.workspace import members
from bot.workspace.members import MemberView

DANA, MARCO, HELEN = "U0REP1", "U0REP2", "U0MGR1"
ZONE = "Europe/Berlin"

ANSWERED = (
    (
        "Fenwick & Rowe Legal",
        MARCO,
        372,
        "Casely",
        "A third cheaper, and everything moved over in a week",
        "We showed them what a week leaves out: rights, retention, the old matters. They asked two of our customers.",
    ),
    (
        "Vesper Dental",
        DANA,
        170,
        "Toothpick Cloud",
        "Free for a year for practices with fewer than ten chairs",
        "A price for small practices, and one hour of help with the move to it",
    ),
)
"""Account, who heard it, how many days ago, competitor, claim, answer."""

WAITING = (
    "Cedar Health",
    DANA,
    "Norvia",
    "Fifteen percent less than us for three years, and no downtime at night",
)
UNTIL = 19
"""Days for which that offer stands."""


def load_answered(work: Work) -> None:
    """What was claimed in the year before, and what we said to it."""
    for account, slack_id, days, competitor, words, answer in ANSWERED:
        heard = work.at(work.now - timedelta(days=days))
        by = _person(work, slack_id)
        number = claims.hear(heard, _account(work, account), claims.Heard(competitor, words), by)
        claims.answer(work.at(heard.now + timedelta(days=2)), number, answer, by)


def load_waiting(work: Work) -> None:
    """What somebody claims today, and nobody has answered yet."""
    account, slack_id, competitor, words = WAITING
    until = local_date(work.now, ZONE) + timedelta(days=UNTIL)
    claims.hear(work, _account(work, account), claims.Heard(competitor, words, until), _person(work, slack_id))


def _person(work: Work, slack_id: str) -> MemberView:
    person = members.find(work, slack_id)
    if person is None:
        raise RuntimeError(f"the sandbox has no {slack_id}")
    return person


def _account(work: Work, name: str) -> int:
    return work.session.scalars(work.select(Account.id).where(Account.name == name)).one()
