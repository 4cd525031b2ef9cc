"""Who keeps each account, and how a role on it goes from one person to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, delete, select, union
from sqlalchemy.orm import InstrumentedAttribute

from bot.accounts.rules import ROLES, team_after
from bot.core.person import Person
from bot.db.scope import among, within
from bot.db.work import Work
from bot.models import Account, Member, Teammate

_T, _M = Teammate.__table__.c, Member.__table__.c


def of_accounts(work: Work, account_ids: Sequence[int]) -> dict[int, tuple[Person, ...]]:
    """The team of each account, owners first; accounts without one are left out."""
    teams: dict[int, list[Person]] = defaultdict(list)
    for account_id, role, slack_id, name in work.rows(_TEAMS, ids=list(account_ids)):
        teams[account_id].append(Person(slack_id, name, role))
    return {account_id: ranked(team) for account_id, team in teams.items()}


_TEAMS = (
    select(_T.account_id, _T.role, _M.slack_id, _M.name)
    .join_from(Teammate.__table__, Member.__table__, _M.id == _T.member_id)
    .where(within(_T.workspace_id, bindparam("of")), among(_T.account_id))
)


def ranked(team: Iterable[Person]) -> tuple[Person, ...]:
    """A team in the order in which it is named, owners first."""
    return tuple(sorted(team, key=_rank))


def keepers(workspace_id: int, member_ids: Collection[int]) -> CompoundSelect[Any]:
    """(account_id, member_id), each pair once: the accounts that each of these people owns, or is on the team of."""
    return _kept(workspace_id, lambda member: member.in_(member_ids))


def keeps(workspace_id: Any, member_id: Any, account_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether this person keeps the account whose number this column holds. Both numbers may be parameters."""
    return account_id.in_(select(kept_by(workspace_id, member_id).subquery().c.account_id))


def kept_by(workspace_id: Any, member_id: Any) -> CompoundSelect[Any]:
    """As `keepers`, of one person. Both numbers may be parameters."""
    return _kept(workspace_id, lambda member: member == member_id)


def _kept(workspace_id: Any, is_one: Callable[[Any], ColumnElement[bool]]) -> CompoundSelect[Any]:
    owned = select(Account.id.label("account_id"), Account.owner_id.label("member_id")).where(
        Account.workspace_id == workspace_id, is_one(Account.owner_id)
    )
    helped = select(Teammate.account_id, Teammate.member_id).where(
        Teammate.workspace_id == workspace_id, is_one(Teammate.member_id)
    )
    return union(owned, helped)


def give_role(work: Work, account_id: int, role: str, member_id: int) -> frozenset[int]:
    """Give a role on an account to one person; those who had it stay on the team. Gives the numbers of those.

    Who owns the account is also kept on the account itself, by the caller.
    """
    on_it = (Teammate.workspace_id == work.workspace_id, Teammate.account_id == account_id)
    rows = work.session.execute(select(Teammate.member_id, Teammate.role).where(*on_it))
    listed = frozenset((row.member_id, row.role) for row in rows)
    owner_id = work.session.scalar(work.select(Account.owner_id).where(Account.id == account_id))
    before = listed | ({(owner_id, "owner")} if owner_id is not None else set())
    after = team_after(before, role, member_id)
    for member, gone in listed - after:
        work.session.execute(delete(Teammate).where(*on_it, Teammate.member_id == member, Teammate.role == gone))
    for member, new in sorted(after - listed):
        mate = {
            "workspace_id": work.workspace_id,
            "account_id": account_id,
            "member_id": member,
            "role": new,
            "since": work.now,
        }
        work.session.add(Teammate(**mate))
    work.session.flush()
    return frozenset(member for member, had in before if had == role and member != member_id)


def _rank(person: Person) -> tuple[int, str]:
    role = person.role
    return (ROLES.index(role) if role in ROLES else len(ROLES), person.name)
