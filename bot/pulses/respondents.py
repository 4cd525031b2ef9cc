"""Who is asked: the people who keep an account, its owner first; outsiders are nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal, select, union_all

from bot.accounts.rules import ROLES
from bot.core.hours import Hours
from bot.core.person import Person
from bot.db.scope import among
from bot.db.work import Work
from bot.models import Account, Member, Teammate
from bot.workspace import context
from bot.workspace import hours as workspace_hours
from bot.workspace.context import WorkspaceContext

_M, _A, _T = Member.__table__.c, Account.__table__.c, Teammate.__table__.c
_COLUMNS = (_M.id, _M.slack_id, _M.name, _M.is_outsider, *workspace_hours.columns(_M))
_TEAM = union_all(
    select(_T.account_id, _T.member_id, _T.role).where(_T.workspace_id == bindparam("of"), among(_T.account_id)),
    select(_A.id, _A.owner_id, literal("owner")).where(
        _A.workspace_id == bindparam("of"), among(_A.id), _A.owner_id.is_not(None)
    ),
).subquery()
_TEAMS = (
    select(_TEAM.c.account_id, *_COLUMNS, _TEAM.c.role)
    .join_from(_TEAM, Member.__table__, _M.id == _TEAM.c.member_id)
    .where(_M.is_outsider.is_(False))
)
_PEOPLE = select(*_COLUMNS).where(_M.workspace_id == bindparam("of"), among(_M.id))
SUPPORT_LEAD = "support_lead"


class TeamMember(NamedTuple):
    """Someone of an account's team, with their working hours."""

    id: int
    slack_id: str
    name: str
    is_outsider: bool
    hours: Hours
    role: str = ""

    @property
    def person(self) -> Person:
        """As messages name them."""
        return Person(self.slack_id, self.name, self.role)

    def is_away(self, now: datetime) -> bool:
        """Whether they are not to be spoken to today."""
        return self.hours.is_away(now)

    def day(self, moment: datetime) -> date:
        """The date where they are."""
        return self.hours.day(moment)

    def next_at_work(self, now: datetime, start: time) -> datetime:
        """Now if they are at work, else the morning on which they are next; on each day from `start` on."""
        return self.hours.starting(start).next_open(now)

    @property
    def is_of_team(self) -> bool:
        """Whether they keep the account they were asked about still."""
        return bool(self.role) and not self.is_outsider


def of_accounts(work: Work, account_ids: Sequence[int]) -> dict[int, tuple[TeamMember, ...]]:
    """The team of each account, everyone once, with their first role; accounts without anyone are left out."""
    ws = context.of(work)
    found: dict[int, list[TeamMember]] = defaultdict(list)
    for account_id, *mate, role in work.rows(_TEAMS, ids=list(account_ids)):
        found[account_id].append(_mate(ws, mate, role))
    return {account_id: _once(mates) for account_id, mates in found.items()}


def by_ids(work: Work, member_ids: Iterable[int]) -> dict[int, TeamMember]:
    """The people with these numbers, whatever account they are on now; also those who have left the team since."""
    ws = context.of(work)
    return {row[0]: _mate(ws, row) for row in work.rows(_PEOPLE, ids=sorted(set(member_ids)))}


def _mate(ws: WorkspaceContext, row: Sequence[Any], role: str = "") -> TeamMember:
    id, slack_id, name, is_outsider, *kept = row
    return TeamMember(id, slack_id, name, is_outsider, ws.working.of(*kept), role)


def _once(mates: Sequence[TeamMember]) -> tuple[TeamMember, ...]:
    unique: dict[int, TeamMember] = {}
    for mate in sorted(mates, key=_rank):
        unique.setdefault(mate.id, mate)
    return tuple(unique.values())


def _rank(mate: TeamMember) -> tuple[int, str, int]:
    return (ROLES.index(mate.role) if mate.role in ROLES else len(ROLES), mate.name, mate.id)
