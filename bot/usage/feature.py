"""What usage brings: how it went in an account's story; in digest and overview where it fell or figures stopped."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.accounts.digest_parts import DigestItem, DigestPart
from bot.accounts.overview_parts import OverviewPart
from bot.accounts.story_parts import StoryLine, StoryPart
from bot.accounts.team import keeps
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, UsageFigure, UsageTrend
from bot.registry import Feature
from bot.slack.ids import ActionId
from bot.usage import overview, queries
from bot.usage.messages import digest_words, stopped_digest_words, stopped_words, story_words
from bot.usage.rules import NEWS_DAYS, falling, growing
from bot.workspace import context
from bot.workspace.members import MemberView


def waiting_items(work: Work, person: MemberView) -> list[DigestItem]:
    """The accounts this person keeps of which usage fell in a quarter, each quarter once, the deepest fall first."""
    policies = context.of(work).policies
    today = local_date(work.now, person.timezone)
    kept = work.session.execute(
        work.select(Account.id, Account.name, Account.tier)
        .where(
            keeps(work.workspace_id, person.id, Account.id),
            Account.is_active.is_(True),
            Account.id.in_(
                work.select(UsageTrend.account_id).where(
                    UsageTrend.change < 0, UsageTrend.ends_on >= today - timedelta(days=NEWS_DAYS)
                )
            ),
        )
        .order_by(Account.name, Account.id)
    ).all()
    trends = queries.trends_of(work, [row.id for row in kept])
    fallen = [
        (row, one)
        for row in kept
        if (one := falling(queries.as_a_whole(trends[row.id]), policies.of(row.tier).usage_fall_percent, today))
    ]
    return [
        DigestItem(
            key=f"usage:{row.id}:{one.ends_on}",
            account=row.name,
            words=digest_words(one),
            action=ActionId.ACCOUNT_STORY,
            button="Story",
            value=row.id,
            severity=1,
        )
        for row, one in sorted(fallen, key=lambda pair: pair[1].change)
    ]


def stopped_items(work: Work, person: MemberView) -> list[DigestItem]:
    """The accounts this person keeps of which figures come no more, each once."""
    today = local_date(work.now, person.timezone)
    ought = queries.due(work, today)
    if not ought:
        return []
    silent = work.session.execute(
        work.select(Account.id, Account.name)
        .where(
            keeps(work.workspace_id, person.id, Account.id),
            Account.is_active.is_(True),
            queries.has_stopped(work, ought),
        )
        .order_by(Account.name, Account.id)
    ).all()
    stops = queries.stops_of(work, [row.id for row in silent], ought)
    return [
        DigestItem(
            key=f"usage_stopped:{row.id}:{stops[row.id].last_on}",
            account=row.name,
            words=stopped_digest_words(stops[row.id], today),
            action=ActionId.ACCOUNT_STORY,
            button="Story",
            value=row.id,
            severity=1,
        )
        for row in silent
    ]


def story_lines(work: Work, account_id: int) -> list[StoryLine]:
    """Since when figures come no more; and how far usage fell or grew in the last quarter, where it did."""
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    stop = queries.stopped(work, account_id, today)
    lines = [StoryLine(stopped_words(stop, today))] if stop else []
    trends = queries.as_a_whole(queries.trends_of(work, [account_id]).get(account_id, []))
    if not trends:
        return lines
    tier = work.session.scalar(work.select(Account.tier).where(Account.id == account_id))
    policy = ws.policies.of(tier or "")
    said = falling(trends, policy.usage_fall_percent, today)
    if said is None and stop is None:
        said = growing(trends, policy.growth_usage_percent, today)
    return [*lines, StoryLine(story_words(said))] if said else lines


FEATURE = Feature(
    story=[StoryPart(story_lines, (select(UsageFigure.account_id),))],
    digest=[
        DigestPart(9, "Usage that fell", waiting_items),
        DigestPart(10, "Usage figures that stopped", stopped_items),
    ],
    overview=[
        OverviewPart(overview.SECTION, 42, overview.tell_fallen, overview.list_fallen),
        OverviewPart(overview.SECTION, 43, overview.tell_stopped, overview.list_stopped),
    ],
)
