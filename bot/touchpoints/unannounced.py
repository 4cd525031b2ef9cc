"""Touchpoints that no channel was told of: what a digest brings to those who keep the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, func, literal, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import aliased

from bot.accounts import team as account_team
from bot.db.work import Work
from bot.models import Account, Member, Post, Touchpoint
from bot.touchpoints.rules.line import Via

_WRITER = aliased(Member)


@dataclass(frozen=True, slots=True)
class Untold:
    """One touchpoint in a line: about whom, by whom, of which kind, and what was said."""

    account: str
    by: str
    kind: str
    words: str


def untold_for(work: Work, member_id: int, since: datetime, limit: int) -> tuple[Sequence[Untold], int]:
    """What others have logged about a person's accounts since then and no line told of, the newest; and how many.

    What came with an import is in the system it came from.
    """
    wanted = _conditions(work.workspace_id, member_id, since, work.now)
    total = work.session.scalar(
        select(func.count(Touchpoint.id)).join(Account, Account.id == Touchpoint.account_id).where(*wanted)
    )
    if not total:
        return (), 0
    rows = work.session.execute(
        select(Account.name, _WRITER.name, Touchpoint.kind, Touchpoint.words)
        .join(Account, Account.id == Touchpoint.account_id)
        .outerjoin(_WRITER, _WRITER.id == func.coalesce(Touchpoint.by_id, Touchpoint.logged_by_id))
        .where(*wanted)
        .order_by(Touchpoint.created_at.desc(), Touchpoint.id.desc())
        .limit(limit)
    )
    return [Untold(account, by or "", kind, words) for account, by, kind, words in rows], total


def _conditions(workspace_id: int, member_id: int, since: datetime, now: datetime) -> tuple[ColumnElement[bool], ...]:
    line = literal("touch:") + sql_cast(Touchpoint.id, String) + literal(":line")
    told = select(Post.id).where(Post.workspace_id == workspace_id, Post.key == line).correlate(Touchpoint)
    return (
        Touchpoint.workspace_id == workspace_id,
        account_team.keeps(workspace_id, member_id, Touchpoint.account_id),
        Touchpoint.created_at >= since,
        Touchpoint.created_at < now,
        Touchpoint.deleted_at.is_(None),
        Touchpoint.via != Via.IMPORT,
        or_(Touchpoint.by_id.is_(None), Touchpoint.by_id != member_id),
        or_(Touchpoint.logged_by_id.is_(None), Touchpoint.logged_by_id != member_id),
        Account.is_active.is_(True),
        ~told.exists(),
    )
