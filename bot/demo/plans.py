"""What the sample customers and the team have agreed, so that stories have a plan to show."""

from __future__ import annotations

from datetime import timedelta

from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account
from bot.plans import service as plan_service
from bot.workspace import members

DANA, MARCO = "U0REP1", "U0REP2"

AGREED = (
    (
        "Acme Robotics",
        DANA,
        "Cut unplanned stops of the two welding lines by a third before their summer shutdown",
        "Stops an hour in their own line report, compared each month with last year",
        "A call with Ruth each first Monday, and a visit in spring",
        45,
    ),
    (
        "Elmwood Foods",
        MARCO,
        "Have all three plants plan with us, not only the one in Utrecht",
        "Plants that publish their week in the tool by Friday noon",
        "Every six weeks by video",
        80,
    ),
)
"""Account, who wrote it down, goals, how they are measured, the rhythm, days until the next review."""


def load_plans(work: Work) -> None:
    """Write the plans down, as people have a while ago."""
    for account, slack_id, goals, measure, rhythm, days in AGREED:
        person = members.find(work, slack_id)
        account_id = work.session.scalar(work.select(Account.id).where(Account.name == account))
        if person is None or account_id is None:
            raise RuntimeError(f"the samples have no {account} or no {slack_id}")
        review = local_date(work.now, person.timezone) + timedelta(days=days)
        plan_service.record(work, account_id, goals, measure, rhythm, review, person.id)
