"""Who keeps each account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Member, Teammate
from bot.rules.cards import Person

_T, _M = Teammate.__table__.c, Member.__table__.c
_ORDER = ("owner", "support_lead", "implementation", "executive_sponsor", "helped_win")


def of_accounts(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[int, tuple[Person, ...]]:
    """The team of each account, owners first; accounts without one are left out."""
    rows = session.execute(
        select(_T.account_id, _T.role, _M.slack_id, _M.name)
        .join_from(Teammate.__table__, Member.__table__, _M.id == _T.member_id)
        .where(_T.workspace_id == workspace_id, _T.account_id.in_(account_ids))
    )
    teams: dict[int, list[Person]] = defaultdict(list)
    for account_id, role, slack_id, name in rows:
        teams[account_id].append(Person(slack_id, name, role))
    return {account_id: tuple(sorted(team, key=_rank)) for account_id, team in teams.items()}


def _rank(person: Person) -> tuple[int, str]:
    role = person.role
    return (_ORDER.index(role) if role in _ORDER else len(_ORDER), person.name)
