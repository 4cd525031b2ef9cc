"""What competitors bring: claims and answers, word to the manager about one that nobody answers, and the library."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.story_parts import StoryLine, StoryPart
from bot.accounts.team import keeps
from bot.competitors import alerts, timeline
from bot.competitors.job_kinds import ANNOUNCED, CompetitorJob
from bot.competitors.messages import render_claim, story_line
from bot.competitors.notify import KIND, replan_page, run_unanswered
from bot.competitors.queries import of_account
from bot.competitors.samples import samples
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, CompetitorClaim
from bot.posts.kinds import PostKind, Stored
from bot.registry import Feature
from bot.slack.commands import ACCOUNT, Command, More
from bot.slack.ids import ActionId
from bot.workspace.members import MemberView

MOST = 200
EVERYONE = ("rep", "support", "manager", "admin")


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Claims about this person's accounts that nobody has answered; the team read each when it was heard."""
    rows = work.session.execute(
        work.select(CompetitorClaim.id, Account.name, CompetitorClaim.competitor, CompetitorClaim.created_at)
        .join(Account, Account.id == CompetitorClaim.account_id)
        .where(
            keeps(work.workspace_id, person.id, Account.id),
            Account.is_active.is_(True),
            CompetitorClaim.answer == "",
        )
        .order_by(CompetitorClaim.id.desc())
        .limit(MOST)
    )
    return [
        DigestItem(
            key=f"claim:{claim_id}",
            account=account,
            words=f"{competitor} is after them, and we have no answer",
            action=ActionId.ANSWER_CLAIM,
            button="Answer it…",
            value=claim_id,
            asked_on=str(local_date(heard_at, person.timezone)),
        )
        for claim_id, account, competitor, heard_at in rows
    ]


def story_lines(work: Work, account_id: int) -> list[StoryLine]:
    """Who is after the account: what needs an answer is to do."""
    return [
        StoryLine(story_line(one.competitor, one.words, one.answer), is_to_do=not one.answer)
        for one in of_account(work, account_id, 2)
    ]


def _is_answered(facts: Stored) -> bool:
    return bool(facts.get("answer"))


FEATURE = Feature(
    alerts=[alerts.CLAIM],
    jobs={CompetitorJob.UNANSWERED: run_unanswered},
    announced=ANNOUNCED,
    subjects={
        "claim": lambda account_id: select(CompetitorClaim.id).where(
            CompetitorClaim.account_id == account_id, CompetitorClaim.answer == ""
        )
    },
    posts={KIND: render_claim},
    audience={KIND: PostKind(is_over=_is_answered, lives_for=timedelta(days=60))},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    story=[
        StoryPart(
            story_lines,
            (select(CompetitorClaim.account_id),),
        )
    ],
    digest=[DigestPart(6, "Claims without an answer", waiting_items)],
    replan=[replan_page],
    commands=[
        Command(
            "/competitor",
            "Write down who is after a customer, what they claim, and our answer.",
            ACCOUNT,
            "/competitor acme",
            (More("/competitor answers", "See what competitors claim, and which answers worked.", EVERYONE),),
            " /competitor answers shows what worked.",
        )
    ],
)
