"""Claims of competitors as they stand: one, an account's, those without an answer, and who was named before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, CompetitorClaim, Member

GONE = "That is no longer there. Look with `/competitor`."


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """One claim as it stands, with the names of those who heard and answered it."""

    id: int
    account_id: int
    account: str
    competitor: str
    words: str
    until: date | None
    heard_by_slack: str
    heard_by: str
    heard_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    contact: str = ""


def read(work: Work, claim_id: int) -> KnownClaim:
    """One claim. Raises Refused when this workspace has none of that number."""
    found = _claims(work, CompetitorClaim.id == claim_id, 1)
    if not found:
        raise Refused(GONE)
    return found[0]


def several(work: Work, ids: Sequence[int]) -> dict[int, KnownClaim]:
    """These claims, by number; those that are gone are left out."""
    return {one.id: one for one in _claims(work, CompetitorClaim.id.in_(ids), len(ids))}


def of_account(work: Work, account_id: int, most: int = 5) -> list[KnownClaim]:
    """An account's newest claims, those without an answer first."""
    return _claims(work, CompetitorClaim.account_id == account_id, most)


def names(work: Work, most: int = 50) -> list[str]:
    """The competitors that were named before, as they were written last, the most frequent first."""
    rows = work.session.execute(
        work.select(CompetitorClaim.name_key, func.max(CompetitorClaim.id), func.count())
        .group_by(CompetitorClaim.name_key)
        .order_by(func.count().desc(), CompetitorClaim.name_key)
        .limit(most)
    ).all()
    ids = [row[1] for row in rows]
    named = work.select(CompetitorClaim.id, CompetitorClaim.competitor).where(CompetitorClaim.id.in_(ids))
    written = {row.id: row.competitor for row in work.session.execute(named)}
    return [written[one] for one in ids]


def _claims(work: Work, which: ColumnElement[bool], most: int) -> list[KnownClaim]:
    heard_by, answered_by = aliased(Member), aliased(Member)
    rows = work.session.execute(
        select(CompetitorClaim, Account.name, heard_by.slack_id, heard_by.name, answered_by.name)
        .join(Account, Account.id == CompetitorClaim.account_id)
        .join(heard_by, heard_by.id == CompetitorClaim.said_by_id)
        .outerjoin(answered_by, answered_by.id == CompetitorClaim.answered_by_id)
        .where(within(CompetitorClaim.workspace_id, work.workspace_id), which)
        .order_by(CompetitorClaim.answer != "", CompetitorClaim.id.desc())
        .limit(most)
    )
    return [
        KnownClaim(
            one.id,
            one.account_id,
            account,
            one.competitor,
            one.words,
            one.until,
            slack_id,
            heard,
            one.created_at,
            one.answer,
            answered or "",
            one.answered_at,
            one.contact,
        )
        for one, account, slack_id, heard, answered in rows
    ]
