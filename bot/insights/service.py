"""Something worth telling a customer, with nothing to sell: written down once, offered to each account at most once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import case, func, insert, or_

from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Account, PulseRound
from bot.models import Insight as Row
from bot.workspace.members import MemberView

NEWS_FOR = timedelta(days=180)
"""After half a year an article or a trend is no news."""

URL_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class OfferedInsight:
    """One insight: what to tell, and a link that may be empty."""

    id: int
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class InsightAudience:
    """For whom it is: one account, an industry, or, when both are empty, everyone."""

    account_id: int | None = None
    industry: str = ""


def add(work: Work, words: str, url: str, audience: InsightAudience, by: MemberView) -> int:
    """Write an insight down. Raises FieldErrors (words, url, account.find, industry) for what cannot be used."""
    words, url = words.strip(), url.strip()
    errors: dict[str, str] = {}
    if not words:
        errors["words"] = "Say in a sentence what is worth telling."
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc or len(url) > URL_LENGTH):
        errors["url"] = "Write a whole link, such as https://example.com/article."
    if audience.account_id is not None and _account(work, audience.account_id) is None:
        errors["account.find"] = "That account is no longer there. Choose another."
    if errors:
        raise FieldErrors(errors)
    values = {
        "workspace_id": work.workspace_id,
        "account_id": audience.account_id,
        "industry": audience.industry if audience.account_id is None else "",
        "words": words,
        "url": url,
        "by_id": by.id,
        "created_at": work.now,
    }
    table = Row.__table__
    return int(work.session.execute(insert(table).values(values).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]


def pick(work: Work, account_id: int) -> OfferedInsight | None:
    """What to offer this account next; None when there is nothing new.

    Its own first, then its industry's, then everyone's; of those the newest. Never one that a pulse offered before.
    """
    industry = work.session.scalar(work.select(Account.industry).where(Account.id == account_id))
    if industry is None:
        return None
    offered = work.select(PulseRound.insight_id).where(
        PulseRound.account_id == account_id,
        PulseRound.insight_id.is_not(None),
    )
    same_industry = func.lower(Row.industry) == industry.lower() if industry else Row.id < 0
    for_all = Row.account_id.is_(None) & (Row.industry == "")
    nearness = case((Row.account_id == account_id, 0), (Row.industry != "", 1), else_=2)
    row = work.session.execute(
        work.select(Row.id, Row.words, Row.url)
        .where(
            or_(Row.account_id == account_id, Row.account_id.is_(None) & same_industry, for_all),
            Row.created_at > work.now - NEWS_FOR,
            Row.created_at <= work.now,
            Row.id.not_in(offered),
        )
        .order_by(nearness, Row.created_at.desc(), Row.id.desc())
        .limit(1)
    ).first()
    return OfferedInsight(*row) if row else None


def industries(work: Work, limit: int = 90) -> Sequence[str]:
    """The industries of the active accounts, the most frequent first, by name."""
    rows = work.session.scalars(
        work.select(Account.industry)
        .where(Account.is_active.is_(True), Account.industry != "")
        .group_by(Account.industry)
        .order_by(func.count().desc(), Account.industry)
        .limit(limit)
    ).all()
    return sorted(rows)


def _account(work: Work, account_id: int) -> int | None:
    return work.session.scalar(work.select(Account.id).where(Account.id == account_id))
