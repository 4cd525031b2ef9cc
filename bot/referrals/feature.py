"""What referrals bring: a suggestion at a good moment, a reminder of thanks, and their lines in story and digest."""

from __future__ import annotations

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.story_parts import StoryLine, StoryPart
from bot.accounts.team import keeps
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, CustomerPerson, Referral
from bot.referrals import alerts, hints, notify, queries, timeline
from bot.referrals.job_kinds import ANNOUNCED, ReferralJob
from bot.referrals.messages import digest_words, render_hint, render_thanks, story_words
from bot.referrals.samples import samples
from bot.registry import Feature
from bot.slack.commands import ACCOUNT, Command
from bot.slack.ids import ActionId
from bot.workspace import context
from bot.workspace.members import MemberView

MOST = 200
IN_STORY = 2


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """Referrals of the accounts that this person keeps, for which nobody has said thank you."""
    rows = work.session.execute(
        work.select(
            Referral.id,
            Account.id,
            Account.name,
            CustomerPerson.name,
            Referral.named,
            Referral.company,
            Referral.given_at,
        )
        .join(Account, Account.id == Referral.account_id)
        .join(CustomerPerson, CustomerPerson.id == Referral.person_id)
        .where(
            keeps(work.workspace_id, person.id, Account.id),
            Account.is_active.is_(True),
            Referral.given_at.is_not(None),
            Referral.thanked_at.is_(None),
        )
        .order_by(Referral.id.desc())
        .limit(MOST)
    )
    return [
        DigestItem(
            key=f"referral:{referral_id}",
            account=account,
            words=digest_words(who, named, company),
            action=ActionId.OPEN_REFERRALS,
            button="Referrals",
            value=account_id,
            asked_on=str(local_date(given_at, person.timezone)),
        )
        for referral_id, account_id, account, who, named, company, given_at in rows
    ]


def story_lines(work: Work, account_id: int) -> list[StoryLine]:
    """Who was asked, and who named whom: what needs thanks is to do."""
    zone = context.of(work).zone
    found = queries.of_account(work, account_id, IN_STORY)
    return [StoryLine(story_words(queries.line_of(work, one, zone)), is_to_do=one.is_unthanked) for one in found]


FEATURE = Feature(
    alerts=[alerts.REFERRAL, alerts.REFERRAL_THANKS],
    jobs={ReferralJob.HINT: hints.run_hints, ReferralJob.UNTHANKED: notify.run_unthanked},
    announced=ANNOUNCED,
    subjects={
        "referral": lambda account_id: select(Referral.id).where(
            Referral.account_id == account_id, Referral.given_at.is_not(None), Referral.thanked_at.is_(None)
        )
    },
    posts={hints.KIND: render_hint, notify.KIND: render_thanks},
    samples=[samples],
    timeline_kinds=timeline.KIND,
    timeline=timeline.SOURCES,
    story=[StoryPart(story_lines, (select(Referral.account_id),))],
    digest=[DigestPart(7, "Referrals to thank for", waiting_items)],
    replan=[notify.replan_page],
    figures=[queries.referral_figures],
    commands=[
        Command(
            "/referral",
            "Whom at a customer one may ask for a referral, and why not the others; asked, given, thanked.",
            ACCOUNT,
            "/referral acme",
        )
    ],
    each_night=[hints.plan_hints],
)
