"""Who is asked: the people who keep an account, its owner first; outsiders are nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import literal, select, union_all

from bot.accounts.rules import ROLES
from bot.core.hours import Hours
from bot.core.person import Person
from bot.db.work import Work
from bot.models import Account, Member, Teammate
from bot.workspace import context
from bot.workspace import hours as workspace_hours
from bot.workspace.context import WorkspaceContext

_COLUMNS = (
    Member.id,
    Member.slack_id,
    Member.name,
    Member.is_outsider,
    *workspace_hours.columns(Member),
)
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
    kept = work.select(Teammate.account_id, Teammate.member_id, Teammate.role).where(
        Teammate.account_id.in_(account_ids)
    )
    owned = work.select(Account.id, Account.owner_id, literal("owner")).where(
        Account.id.in_(account_ids), Account.owner_id.is_not(None)
    )
    team = union_all(kept, owned).subquery()
    rows = work.session.execute(
        select(team.c.account_id, *_COLUMNS, team.c.role)
        .join(Member, Member.id == team.c.member_id)
        .where(Member.is_outsider.is_(False))
    )
    found: dict[int, list[TeamMember]] = defaultdict(list)
    for account_id, *mate, role in rows:
        found[account_id].append(_mate(ws, mate, role))
    return {account_id: _once(mates) for account_id, mates in found.items()}


def by_ids(work: Work, member_ids: Iterable[int]) -> dict[int, TeamMember]:
    """The people with these numbers, whatever account they are on now; also those who have left the team since."""
    ws = context.of(work)
    rows = work.session.execute(
        select(*_COLUMNS).where(Member.workspace_id == work.workspace_id, Member.id.in_(set(member_ids)))
    )
    return {row[0]: _mate(ws, row) for row in rows}


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
