"""Who is spoken to about an account, and when: its owner in working hours, the manager while the owner is away."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.core.calendar import DAY_END, DAY_START, is_working_moment, local_date, next_working_moment
from bot.db.scope import within
from bot.models import Account, Member
from bot.workspace.context import Office
from bot.workspace.routes import Destination


class Kept(NamedTuple):
    """One account with its owner and the owner's manager; outsiders count as nobody."""

    id: int
    name: str
    tier: str
    is_active: bool
    channel: str | None
    segment: str
    created_at: datetime
    owner_id: int | None
    owner_slack: str | None
    owner_name: str | None
    owner_zone: str | None
    owner_away: date | None
    manager_slack: str | None
    manager_away: date | None
    owner_country: str | None = None

    def zone(self, here: Office) -> str:
        """The zone in which its owner is spoken to."""
        return self.owner_zone or here.zone

    def days_off(self, here: Office) -> Container[date]:
        """The days on which its owner does not work; without one, the workspace's."""
        return here.days_off(self.owner_country, self.owner_zone) if self.owner_slack else here.holidays

    def today(self, here: Office, now: datetime) -> date:
        """The date where its owner is."""
        return local_date(now, self.zone(here))

    def is_owner_away(self, today: date) -> bool:
        """Whether the owner is not to be spoken to on this day."""
        return self.owner_away is not None and self.owner_away >= today

    def destination(self, here: Office) -> Destination:
        """Where the account speaks."""
        return here.routes.destination(self.channel, self.segment, self.tier, self.owner_slack)

    def may_speak(self, here: Office, now: datetime, start: time = DAY_START) -> bool:
        """Whether its owner is at work now."""
        return is_working_moment(now, self.zone(here), self.days_off(here), start, _end_after(start))

    def soon(self, here: Office, now: datetime, start: time = DAY_START) -> datetime:
        """Now if its owner is at work, else when the working day begins."""
        return next_working_moment(now, self.zone(here), self.days_off(here), start, _end_after(start))


def load(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[int, Kept]:
    """The accounts with these ids that belong to the workspace."""
    owner, manager = aliased(Member), aliased(Member)
    rows = session.execute(
        select(
            Account.id,
            Account.name,
            Account.tier,
            Account.is_active,
            Account.channel,
            Account.segment,
            Account.created_at,
            owner.id,
            owner.slack_id,
            owner.name,
            owner.timezone,
            owner.away_until,
            manager.slack_id,
            manager.away_until,
            owner.country,
        )
        .outerjoin(owner, (owner.id == Account.owner_id) & owner.is_outsider.is_(False))
        .outerjoin(manager, (manager.id == owner.manager_id) & manager.is_outsider.is_(False))
        .where(within(Account.workspace_id, workspace_id), Account.id.in_(account_ids))
        .order_by(Account.id)
    )
    return {row[0]: Kept._make(row) for row in rows}


def _end_after(start: time) -> time:
    # A workspace may choose an alert time in the evening; its hours then last until midnight.
    return DAY_END if start < DAY_END else time.max
