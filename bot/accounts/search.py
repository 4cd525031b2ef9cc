"""From what someone types to the account they mean: exact, alias, beginning or part of a name, then loosely.

Names are read from the database each time, so that nothing has to be thrown away when an import changes them. What is
not found by an index is found by one walk through the keys inside the database, which hands back a bounded number of
them: at 40,000 accounts with two aliases each that takes less than a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from bot.accounts import team
from bot.accounts.fuzzy import SHORT, alike, grams, nearest
from bot.core.company_names import name_key
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, AccountAlias, Renewal

EXACT, BEGINS, PART = 100, 90, 80
CANDIDATES = 1500
"""Names that are compared letter by letter, those that share most pieces with what was typed."""


@dataclass(frozen=True, slots=True)
class Found:
    """An account that may be meant; `score` 0–100, 100 when the name or an alias is exactly that."""

    id: int
    name: str
    score: int


def find_accounts(work: Work, text: str, limit: int = 8, with_ended: bool = False) -> list[Found]:
    """The active accounts that `text` may mean, best first; exact matches alone when there are any.

    `with_ended`: those that are no longer customers too, where no active one is found in the same way.
    """
    key = name_key(text)
    if not key:
        return []
    for search in (_exact, _containing, _loose):
        found = search(work, text, key, limit, with_ended)
        if found:
            return found[:limit]
    return []


def nearest_accounts(work: Work, text: str, limit: int = 5) -> list[Found]:
    """The customers whose names are most like `text` where none is found by it, however little alike they are."""
    key = name_key(text)
    if not key:
        return []
    pieces = list(dict.fromkeys([*grams(key), *grams(key[: SHORT - 1])]))
    keys = _keys(work.workspace_id, shared=lambda column: _shared(column, pieces))
    rows = work.session.execute(
        select(Account.id, Account.name, keys.c.key)
        .join(keys, keys.c.id == Account.id)
        .where(Account.is_active.is_(True))
        .order_by(keys.c.shared.desc(), func.length(keys.c.key), Account.id)
        .limit(CANDIDATES)
    ).all()
    unique: dict[int, Found] = {}
    for at in nearest(key, [row.key for row in rows], limit * 4):
        unique.setdefault(rows[at].id, Found(rows[at].id, rows[at].name, 0))
    return list(unique.values())[:limit]


def account_of_channel(work: Work, channel: str) -> Found | None:
    """The account whose own channel this is; none when several share it."""
    rows = work.session.execute(
        work.select(Account.id, Account.name).where(Account.channel == channel, Account.is_active.is_(True)).limit(2)
    ).all()
    return Found(rows[0].id, rows[0].name, 100) if len(rows) == 1 else None


def accounts_of_channel(work: Work, channel: str, limit: int = 8) -> list[Found]:
    """All accounts that speak in this channel."""
    rows = work.session.execute(
        work.select(Account.id, Account.name)
        .where(Account.channel == channel, Account.is_active.is_(True))
        .order_by(Account.name)
        .limit(limit)
    )
    return [Found(id, name, 100) for id, name in rows]


def account_named(work: Work, account_id: int) -> Found | None:
    """The account with this number, if it is this workspace's."""
    row = work.session.execute(work.select(Account.id, Account.name).where(Account.id == account_id)).first()
    return Found(row.id, row.name, 100) if row else None


@dataclass(frozen=True, slots=True)
class TierAndName:
    """An account's tier, by whose numbers it goes, and its name."""

    tier: str
    name: str


def tier_and_name(work: Work, account_id: int) -> TierAndName | None:
    """Tier and name of an account; None when this workspace has none of that number."""
    row = work.session.execute(work.select(Account.tier, Account.name).where(Account.id == account_id)).first()
    return TierAndName(row.tier, row.name) if row else None


def gone(command: str = "") -> Refused:
    """That an account is no longer there, and by which command to look for another."""
    step = f"Look for another with `{command}`." if command else "Choose another."
    return Refused(f"That account is no longer there. {step}")


def require_account(work: Work, account_id: int, command: str = "") -> Found:
    """The account with this number; raises Refused, naming `command`, when it is none of this workspace's."""
    account = account_named(work, account_id)
    if account is None:
        raise gone(command)
    return account


def accounts_named(work: Work, account_ids: Sequence[int]) -> list[Found]:
    """The active accounts with these numbers that are this workspace's, in this order."""
    if not account_ids:
        return []
    rows = work.session.execute(
        work.select(Account.id, Account.name).where(Account.id.in_(account_ids), Account.is_active.is_(True))
    )
    names = {row.id: row.name for row in rows}
    return [Found(id, names[id], 100) for id in dict.fromkeys(account_ids) if id in names]


def crm_id_of(work: Work, account_id: int) -> str | None:
    """The id by which the CRM knows an account; None when no import brought one."""
    return work.session.scalar(work.select(Account.external_id).where(Account.id == account_id))


def account_by_crm_id(work: Work, crm_id: str) -> Found | None:
    """The account that the CRM knows by this id."""
    row = work.session.execute(work.select(Account.id, Account.name).where(Account.external_id == crm_id)).first()
    return Found(row.id, row.name, 100) if row else None


def own_accounts(work: Work, member_id: int, limit: int = 8) -> list[Found]:
    """A person's accounts, those whose open renewal is nearest first."""
    mine = team.keeps(work.workspace_id, member_id, Account.id)
    rows = work.session.execute(
        work.select(Account.id, Account.name)
        .outerjoin(Renewal, (Renewal.account_id == Account.id) & Renewal.closed_at.is_(None))
        .where(Account.is_active.is_(True), mine)
        .order_by(Renewal.deadline.is_(None), Renewal.deadline, Account.name)
        .limit(limit * 3)
    )
    unique = {id: Found(id, name, 100) for id, name in rows}
    return list(unique.values())[:limit]


def _exact(work: Work, text: str, key: str, limit: int, with_ended: bool) -> list[Found]:
    # A name given in full, legal form and all, is one account, even when another differs only in that form.
    named = work.select(Account.id, Account.name, Account.is_active).where(Account.name_key == key)
    rows = _customers(work.session, named.order_by(Account.name), with_ended)
    typed = text.strip().casefold()
    if rows:
        same = [found for found in rows if found.name.casefold() == typed]
        return same or rows
    aliased = (
        select(Account.id, Account.name, Account.is_active)
        .join(AccountAlias, AccountAlias.account_id == Account.id)
        .where(AccountAlias.workspace_id == work.workspace_id, AccountAlias.key == key)
    )
    return _customers(work.session, aliased.order_by(Account.name), with_ended)


def _containing(work: Work, text: str, key: str, limit: int, with_ended: bool) -> list[Found]:
    keys = _keys(work.workspace_id, contains=lambda column: column.contains(key, autoescape=True))
    begins = keys.c.key.startswith(key, autoescape=True)
    rows = work.session.execute(
        select(Account.id, Account.name, Account.is_active, begins.label("begins"))
        .join(keys, keys.c.id == Account.id)
        .where(keys.c.contains, *_customers_only(with_ended))
        .order_by(Account.is_active.desc(), begins.desc(), keys.c.key, Account.id)
        # An account may be there by several of its names.
        .limit(limit * 4)
    ).all()
    unique: dict[int, Found] = {}
    for row in rows:
        if row.is_active == rows[0].is_active:
            unique.setdefault(row.id, Found(row.id, row.name, BEGINS if row.begins else PART))
    return list(unique.values())


def _loose(work: Work, text: str, key: str, limit: int, with_ended: bool) -> list[Found]:
    pieces = grams(key)
    keys = _keys(work.workspace_id, shared=lambda column: _shared(column, pieces))
    nearest = (
        select(keys.c.id, keys.c.key)
        .where(keys.c.shared >= (1 if len(key) < SHORT else max(1, len(pieces) // 3)))
        .order_by(keys.c.shared.desc(), func.length(keys.c.key))
        .limit(CANDIDATES)
        .subquery()
    )
    rows = work.session.execute(
        select(Account.id, Account.name, Account.is_active, nearest.c.key)
        .join(nearest, nearest.c.id == Account.id)
        .where(*_customers_only(with_ended))
    ).all()
    if any(row.is_active for row in rows):
        rows = [row for row in rows if row.is_active]
    unique: dict[int, Found] = {}
    for at, score in alike(key, [row.key for row in rows], limit * 4):
        unique.setdefault(rows[at].id, Found(rows[at].id, rows[at].name, score))
    return list(unique.values())


def _keys(workspace_id: int, **more: Callable[[Any], ColumnElement[Any]]) -> Any:
    """The keys of all names and aliases, read from their indexes alone, with `more` worked out of each."""
    named = [of(Account.name_key).label(name) for name, of in more.items()]
    aliased = [of(AccountAlias.key).label(name) for name, of in more.items()]
    return union_all(
        select(Account.id.label("id"), Account.name_key.label("key"), *named).where(
            Account.workspace_id == workspace_id
        ),
        select(AccountAlias.account_id, AccountAlias.key, *aliased).where(AccountAlias.workspace_id == workspace_id),
    ).subquery()


def _shared(column: Any, pieces: Sequence[str]) -> ColumnElement[int]:
    return sum((case((column.like(f"%{piece}%"), 1), else_=0) for piece in pieces), literal(0))


def _customers_only(with_ended: bool) -> Sequence[ColumnElement[bool]]:
    return () if with_ended else (Account.is_active.is_(True),)


def _customers(session: Session, chosen: Select[int, str, bool], with_ended: bool) -> list[Found]:
    rows = session.execute(chosen).all()
    active = [row for row in rows if row.is_active]
    return [Found(row.id, row.name, EXACT) for row in active or (rows if with_ended else ())]
