"""How usage of accounts goes: read for one, for several, and for all of a workspace where it grew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.db.scope import within
from bot.db.work import Work
from bot.models import UsageTrend
from bot.usage.rules import NEWS_DAYS, Trend

_COLUMNS = (
    UsageTrend.account_id,
    UsageTrend.measure,
    UsageTrend.change,
    UsageTrend.ends_on,
    UsageTrend.product_id,
)

Trends = dict[int, list[Trend]]
"""Account → its trends."""


def trends_of(work: Work, account_ids: Collection[int]) -> Trends:
    """All trends of these accounts."""
    rows = select(*_COLUMNS).where(
        within(UsageTrend.workspace_id, work.workspace_id), UsageTrend.account_id.in_(account_ids)
    )
    return _by_account(work.session.execute(rows))


def grown(work: Work, percent: int, today: date) -> Trends:
    """The trends of the workspace's accounts that went up by `percent` at least, and are news."""
    since = today - timedelta(days=NEWS_DAYS)
    rows = work.select(*_COLUMNS).where(UsageTrend.change >= percent, UsageTrend.ends_on >= since)
    return _by_account(work.session.execute(rows))


def as_a_whole(trends: Iterable[Trend]) -> list[Trend]:
    """Those of all that an account uses."""
    return [one for one in trends if one.product_id is None]


def _by_account(rows: Iterable[Any]) -> Trends:
    found: Trends = defaultdict(list)
    for row in rows:
        found[row.account_id].append(Trend(row.measure, row.change, row.ends_on, row.product_id))
    return found
