"""Who is asked: the people who keep an account, its owner first; outsiders are nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from bot.accounts.rules import ROLES
from bot.core.calendar import DAY_END, DaysOff, local_date, local_moment, next_working_moment, working_day_on_or_after
from bot.core.person import Person
from bot.models import Account, Member, Teammate
from bot.workspace.context import Office

_COLUMNS = (
    Member.id,
    Member.slack_id,
    Member.name,
    Member.timezone,
    Member.away_until,
    Member.is_outsider,
    Member.country,
)
SUPPORT_LEAD = "support_lead"


class Mate(NamedTuple):
    """Someone of an account's team, with the zone they live in and until when they are away."""

    id: int
    slack_id: str
    name: str
    zone: str
    away_until: date | None
    is_outsider: bool
    country: str = ""
    role: str = ""

    @property
    def person(self) -> Person:
        """As messages name them."""
        return Person(self.slack_id, self.name, self.role)

    def days_off(self, here: Office) -> DaysOff:
        """The days on which they do not work."""
        return here.days_off(self.country, self.zone)

    def is_away(self, now: datetime) -> bool:
        """Whether they are not to be spoken to today."""
        return self.away_until is not None and self.away_until >= local_date(now, self.zone)

    def next_at_work(self, here: Office, now: datetime, start: time) -> datetime:
        """Now if they are at work, else the morning on which they are next; after an absence, the first one."""
        if self.away_until is not None and self.is_away(now):
            back = working_day_on_or_after(self.away_until + timedelta(days=1), self.days_off(here))
            return local_moment(back, start, self.zone)
        return next_working_moment(now, self.zone, self.days_off(here), start, _end_after(start))

    @property
    def is_of_team(self) -> bool:
        """Whether they keep the account they were asked about still."""
        return bool(self.role) and not self.is_outsider


def of_accounts(session: Session, here: Office, account_ids: Sequence[int]) -> dict[int, tuple[Mate, ...]]:
    """The team of each account, everyone once, with their first role; accounts without anyone are left out."""
    kept = select(Teammate.account_id, Teammate.member_id, Teammate.role).where(
        Teammate.workspace_id == here.workspace_id, Teammate.account_id.in_(account_ids)
    )
    owned = select(Account.id, Account.owner_id, literal("owner")).where(
        Account.workspace_id == here.workspace_id, Account.id.in_(account_ids), Account.owner_id.is_not(None)
    )
    team = union_all(kept, owned).subquery()
    rows = session.execute(
        select(team.c.account_id, *_COLUMNS, team.c.role)
        .join(Member, Member.id == team.c.member_id)
        .where(Member.is_outsider.is_(False))
    )
    found: dict[int, list[Mate]] = defaultdict(list)
    for account_id, *mate in rows:
        found[account_id].append(Mate(*mate))
    return {account_id: _once(mates) for account_id, mates in found.items()}


def by_ids(session: Session, here: Office, member_ids: Iterable[int]) -> dict[int, Mate]:
    """The people with these numbers, whatever account they are on now; also those who have left the team since."""
    rows = session.execute(
        select(*_COLUMNS).where(Member.workspace_id == here.workspace_id, Member.id.in_(set(member_ids)))
    )
    return {row[0]: Mate(*row) for row in rows}


def _end_after(start: time) -> time:
    # A workspace may ask in the evening; its hours then last until midnight.
    return DAY_END if start < DAY_END else time.max


def _once(mates: Sequence[Mate]) -> tuple[Mate, ...]:
    unique: dict[int, Mate] = {}
    for mate in sorted(mates, key=_rank):
        unique.setdefault(mate.id, mate)
    return tuple(unique.values())


def _rank(mate: Mate) -> tuple[int, str, int]:
    return (ROLES.index(mate.role) if mate.role in ROLES else len(ROLES), mate.name, mate.id)
