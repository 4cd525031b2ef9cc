"""What people at a customer bring: the list, their part of the timeline, and of the digest what is wrong with it."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts import customer_people, team
from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.story_parts import StoryLine, StoryPart
from bot.core.calendar import local_date
from bot.core.customer_people import PeopleConcern, concern_words
from bot.core.days import spoken_day
from bot.db.work import Work
from bot.models import Account, CustomerPerson
from bot.people import timeline
from bot.people.samples import samples
from bot.registry import Feature
from bot.slack import text
from bot.slack.commands import ACCOUNT, Command
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView

GONE = (PeopleConcern.CHAMPION_LEFT, PeopleConcern.NOBODY_THERE)
"""What cannot wait for a quiet day."""


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Of the accounts they keep, those where we know too few people, no decider, or whose champion has left."""
    kept = work.session.execute(
        work.select(Account.id, Account.name)
        .where(Account.is_active.is_(True), team.keeps(work.workspace_id, person.id, Account.id))
        .order_by(Account.name, Account.id)
    ).all()
    # Accounts where nobody is known have none.
    found = customer_people.concerns_of(work, [row.id for row in kept])
    today = local_date(work.now, person.timezone)
    return [
        DigestItem(
            key=f"people:{row.id}:{gaps[0].concern}",
            account=row.name,
            words="; ".join(concern_words(one, spoken_day(one.since, today) if one.since else "") for one in gaps),
            action=ActionId.OPEN_PEOPLE,
            button="People",
            value=row.id,
            severity=2 if gaps[0].concern in GONE else 1,
        )
        for row in kept
        # One row an account, new when the worst of it is another.
        if (gaps := found.get(row.id))
    ]


def story_lines(work: Work, account_id: int) -> list[StoryLine]:
    """What is wrong with whom we know there, beside the score, of which it costs no points."""
    concerns = customer_people.concerns_in_words(work, [account_id]).get(account_id, ())
    words = " · ".join(text.typed(one, 300) for one in concerns)
    return [StoryLine(words, title="People", is_of_health=True)] if words else []


FEATURE = Feature(
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    story=[
        StoryPart(
            story_lines,
            (select(CustomerPerson.account_id).where(CustomerPerson.removed_at.is_(None)),),
        )
    ],
    digest=[DigestPart(5, "People at the customer", waiting_items)],
    commands=[
        Command(
            "/people",
            "People at a customer: part, last contact, who has left, how they decide.",
            ACCOUNT,
            "/people acme",
            is_daily=True,
        )
    ],
)
