"""One account that sales hands over to support, and that waits for a word, so that a handoff can be seen."""

from __future__ import annotations

from bot import handoffs
from bot.core.calendar import add_working_days, local_date
from bot.db.work import Work
from bot.handoffs.facts import Package
from bot.handoffs.rules import Direction
from bot.models import Account
from bot.workspace import members

MARCO, PRIYA = "U0REP2", "U0SUP1"
ACCOUNT = "Larch & Sons"
PROMISED = "Training for both workshops before summer, at no charge.\nA person they can call, not a ticket queue."
EXPECTS = "Quotes to their customers within a day instead of three. They count it each Friday."
RISKS = "The older workshop has one tablet for twelve people. Nobody has said yet who pays for more."
FIRST = "Call Theresa, introduce yourself, and fix the first training day"
FIRST_IN = 5
"""Working days."""


def load_handoffs(work: Work) -> None:
    """Marco hands Larch & Sons over to Priya."""
    marco, priya = (members.find(work, slack_id) for slack_id in (MARCO, PRIYA))
    account_id = work.session.scalar(work.select(Account.id).where(Account.name == ACCOUNT))
    if marco is None or priya is None or account_id is None:
        raise RuntimeError(f"the samples have no {ACCOUNT}, or not both who keep it")
    by = str(add_working_days(local_date(work.now, marco.timezone), FIRST_IN))
    package = Package(PROMISED, EXPECTS, RISKS, FIRST, by)
    handoffs.hand_over(work, account_id, Direction.TO_SUPPORT, marco, priya.id, package)
