"""What an overview tells of usage: the accounts where it fell, and those of which figures come no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select

from bot.accounts import worth
from bot.accounts.overview_facts import ListedRow, Listing, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.core.policy import Tier
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Member, UsageTrend
from bot.slack import text
from bot.usage import messages as words
from bot.usage import queries
from bot.usage.rules import NEWS_DAYS, Due, Stopped, Trend, falling, is_use
from bot.workspace import context

SECTION, NAMED = "risks", 3


class _Fallen(NamedTuple):
    account: str
    owner: str
    values: Mapping[str, str]
    trend: Trend


class _Silent(NamedTuple):
    account: str
    owner: str
    values: Mapping[str, str]
    stop: Stopped


def tell_fallen(work: Work, look: OverviewLook) -> OverviewSection:
    """At how many accounts usage fell as far as their tier's policy says, and the deepest falls."""
    found, total = _fallen(work, look, 0, NAMED)
    lines = (words.fell_line(total, [(one.account, one.trend) for one in found]),) if total else ()
    return OverviewSection(SECTION, words.SECTION_TITLE, after=lines, listed=bool(total))


def list_fallen(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All of them, the deepest fall first."""
    found, total = _fallen(work, look, offset, limit)
    return Listing(tuple(_row(one, words.fell_why(one.trend)) for one in found), total)


def tell_stopped(work: Work, look: OverviewLook) -> OverviewSection:
    """Of how many accounts, among those that had some, figures come no more; and the largest."""
    ought = queries.due(work, look.today)
    found, total = _silent(work, look, ought, 0, NAMED)
    if not total:
        return OverviewSection(SECTION, words.SECTION_TITLE)
    of = _count(work, look, queries.sends_figures(work, ought))
    line = words.stopped_line(total, of, [(one.account, one.stop) for one in found], look.today)
    return OverviewSection(SECTION, words.SECTION_TITLE, after=(line,), listed=True)


def list_stopped(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All of them, the largest first."""
    found, total = _silent(work, look, queries.due(work, look.today), offset, limit)
    return Listing(tuple(_row(one, words.stopped_why(one.stop)) for one in found), total)


def _fallen(work: Work, look: OverviewLook, offset: int, limit: int) -> tuple[list[_Fallen], int]:
    policies = context.of(work).policies
    limits = {tier: -policies.of(tier).usage_fall_percent for tier in Tier}
    fell_by = case(
        *((Account.tier == tier.value, percent) for tier, percent in limits.items()),
        else_=-policies.of("").usage_fall_percent,
    )
    news = (
        within(UsageTrend.workspace_id, work.workspace_id),
        UsageTrend.product_id.is_(None),
        UsageTrend.ends_on >= look.today - timedelta(days=NEWS_DAYS),
    )
    measures = work.session.scalars(work.select(UsageTrend.measure).where(*news, UsageTrend.change < 0).distinct())
    deepest = func.min(UsageTrend.change)
    rows = work.session.execute(
        select(Account.id, func.count().over().label("total"))
        .join(UsageTrend, UsageTrend.account_id == Account.id)
        .where(
            *look.conditions,
            *news,
            UsageTrend.change <= fell_by,
            UsageTrend.measure.in_([one for one in measures if is_use(one)]),
        )
        .group_by(Account.id, Account.name)
        .order_by(deepest, Account.name, Account.id)
        .offset(offset)
        .limit(limit)
    ).all()
    ids = [row.id for row in rows]
    trends, named, values = queries.trends_of(work, ids), _named(work, ids), worth.by_currency(work, ids)
    found = []
    for one in ids:
        name, owner, tier = named[one]
        trend = falling(queries.as_a_whole(trends[one]), policies.of(tier).usage_fall_percent, look.today)
        if trend is not None:
            found.append(_Fallen(name, owner, values.get(one, {}), trend))
    return found, rows[0].total if rows else 0


def _silent(work: Work, look: OverviewLook, ought: Sequence[Due], offset: int, limit: int) -> tuple[list[_Silent], int]:
    silent = select(Account.id).where(*look.conditions, queries.has_stopped(work, ought))
    ids, total = worth.largest(work, silent, offset, limit)
    stops, named, values = queries.stops_of(work, ids, ought), _named(work, ids), worth.by_currency(work, ids)
    return [_Silent(*named[one][:2], values.get(one, {}), stops[one]) for one in ids], total


def _row(one: _Fallen | _Silent, why: str) -> ListedRow:
    return ListedRow(one.account, one.owner, why, text.first_moneys(one.values))


def _count(work: Work, look: OverviewLook, condition: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(Account).where(*look.conditions, condition)
    return work.session.scalar(statement) or 0


def _named(work: Work, ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Account → its name, who owns it, and its tier."""
    rows: Any = work.session.execute(
        work.select(Account.id, Account.name, Member.name.label("owner"), Account.tier)
        .outerjoin(Member, (Member.id == Account.owner_id) & Member.is_outsider.is_(False))
        .where(Account.id.in_(ids))
    )
    return {row.id: (row.name, row.owner or "", row.tier) for row in rows}
