"""From what someone types to the account they mean: exact, alias, prefix, part of the name, then loosely.

Names are read from the database each time: at 40,000 accounts that takes a few hundredths of a second, and
nothing has to be thrown away when an import changes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session

from bot.models import Account, Renewal, Teammate
from bot.rules.names import name_key

LOOSE_ENOUGH = 72
"""Of 100, by rapidfuzz; below it two names share little but a few letters."""


@dataclass(frozen=True, slots=True)
class Found:
    """An account that may be meant; `score` 0–100, 100 when the name or an alias is exactly that."""

    id: int
    name: str
    score: int


def find_accounts(session: Session, workspace_id: int, text: str, limit: int = 8) -> list[Found]:
    """The active accounts that `text` may mean, best first; exact matches alone when there are any."""
    key = name_key(text)
    if not key:
        return []
    exact = _exact(session, workspace_id, text, key)
    if exact:
        return exact[:limit]
    return _beginning(session, workspace_id, key, limit) or _loose(session, workspace_id, key, limit)


def account_of_channel(session: Session, workspace_id: int, channel: str) -> Found | None:
    """The account whose own channel this is; none when several share it."""
    rows = session.execute(
        select(Account.id, Account.name)
        .where(Account.workspace_id == workspace_id, Account.channel == channel, Account.is_active.is_(True))
        .limit(2)
    ).all()
    return Found(rows[0].id, rows[0].name, 100) if len(rows) == 1 else None


def accounts_of_channel(session: Session, workspace_id: int, channel: str, limit: int = 8) -> list[Found]:
    """All accounts that speak in this channel."""
    rows = session.execute(
        select(Account.id, Account.name)
        .where(Account.workspace_id == workspace_id, Account.channel == channel, Account.is_active.is_(True))
        .order_by(Account.name)
        .limit(limit)
    )
    return [Found(id, name, 100) for id, name in rows]


def account_named(session: Session, workspace_id: int, account_id: int) -> Found | None:
    """The account with this number, if it is this workspace's."""
    row = session.execute(
        select(Account.id, Account.name).where(Account.workspace_id == workspace_id, Account.id == account_id)
    ).first()
    return Found(row.id, row.name, 100) if row else None


def own_accounts(session: Session, workspace_id: int, member_id: int, limit: int = 8) -> list[Found]:
    """A person's accounts, those whose open renewal is nearest first."""
    mine = or_(
        Account.owner_id == member_id,
        Account.id.in_(
            select(Teammate.account_id).where(Teammate.workspace_id == workspace_id, Teammate.member_id == member_id)
        ),
    )
    rows = session.execute(
        select(Account.id, Account.name)
        .outerjoin(Renewal, (Renewal.account_id == Account.id) & Renewal.closed_at.is_(None))
        .where(Account.workspace_id == workspace_id, Account.is_active.is_(True), mine)
        .order_by(Renewal.deadline.is_(None), Renewal.deadline, Account.name)
        .limit(limit * 3)
    )
    unique = {id: Found(id, name, 100) for id, name in rows}
    return list(unique.values())[:limit]


def _exact(session: Session, workspace_id: int, text: str, key: str) -> list[Found]:
    # A name given in full, legal form and all, is one account, even when another differs only in that form.
    rows = session.execute(_names(workspace_id, Account.name_key == key).order_by(Account.name)).all()
    typed = text.strip().casefold()
    same = [row for row in rows if row.name.casefold() == typed]
    if rows:
        return [Found(row.id, row.name, 100) for row in same or rows]
    aliased = session.execute(
        select(Account.id, Account.name, Account.aliases).where(
            Account.workspace_id == workspace_id, Account.is_active.is_(True), cast(Account.aliases, String) != "[]"
        )
    )
    return [Found(id, name, 100) for id, name, aliases in aliased if key in {name_key(a) for a in aliases or ()}]


def _beginning(session: Session, workspace_id: int, key: str, limit: int) -> list[Found]:
    starts = session.execute(
        _names(workspace_id, Account.name_key.startswith(key, autoescape=True)).order_by(Account.name_key).limit(limit)
    ).all()
    found = {row.id: Found(row.id, row.name, 90) for row in starts}
    if len(found) < limit:
        parts = session.execute(
            _names(workspace_id, Account.name_key.contains(key, autoescape=True))
            .order_by(Account.name_key)
            .limit(limit)
        ).all()
        for row in parts:
            found.setdefault(row.id, Found(row.id, row.name, 80))
    return list(found.values())[:limit]


def _loose(session: Session, workspace_id: int, key: str, limit: int) -> list[Found]:
    rows = session.execute(
        select(Account.id, Account.name, Account.name_key).where(
            Account.workspace_id == workspace_id, Account.is_active.is_(True)
        )
    ).all()
    keys = [row.name_key for row in rows]
    matches = process.extract(key, keys, scorer=fuzz.WRatio, limit=limit, score_cutoff=LOOSE_ENOUGH)
    return [Found(rows[at].id, rows[at].name, round(score)) for _, score, at in matches]


def _names(workspace_id: int, condition: ColumnElement[bool]):  # type: ignore[no-untyped-def]
    return select(Account.id, Account.name).where(
        Account.workspace_id == workspace_id, Account.is_active.is_(True), condition
    )
