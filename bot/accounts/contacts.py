"""Who is spoken to about an account, and when: its owner in working hours, the manager while the owner is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from bot.core.hours import Hours, still_away
from bot.db.scope import among, within
from bot.db.work import Work
from bot.models import Account, Member
from bot.posts.placing import OutgoingPost
from bot.workspace import hours as workspace_hours
from bot.workspace.context import WorkspaceContext
from bot.workspace.routes import Destination


class AccountContacts(NamedTuple):
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
    owner_country: str | None = None
    owner_hours: str | None = None

    def hours(self, ws: WorkspaceContext, start: time | None = None) -> Hours:
        """When its owner is at work, away or not, on each day from `start` on; without an owner the workspace's hours.

        While the owner is away somebody stands in at these hours.
        """
        hours = ws.working.of(self.owner_zone, self.owner_country, self.owner_hours)
        return hours if start is None else hours.starting(start)

    def today(self, ws: WorkspaceContext, now: datetime) -> date:
        """The date where its owner is."""
        return self.hours(ws).day(now)

    def is_owner_away(self, today: date) -> bool:
        """Whether the owner is not to be spoken to on this day."""
        return still_away(self.owner_away, today) is not None

    def destination(self, ws: WorkspaceContext) -> Destination:
        """Where the account speaks."""
        return ws.routes.destination(self.channel, self.segment, self.tier, self.owner_slack)

    def post(
        self,
        ws: WorkspaceContext,
        key: str,
        kind: str,
        facts: Mapping[str, Any],
        thread_of: str | None = None,
        by: str | None = None,
    ) -> OutgoingPost | None:
        """A message where the account speaks, None where it has no place; all else as in `OutgoingPost`.

        Where its channel turns out to be closed to it, its owner is told instead.
        """
        to = self.destination(ws)
        if to.place is None:
            return None
        return OutgoingPost(key, kind, facts, to.channel, to.recipient, self.owner_slack, thread_of, by=by)


def load(work: Work, account_ids: Sequence[int]) -> dict[int, AccountContacts]:
    """The accounts with these ids that belong to the workspace."""
    rows = work.session.execute(_load(), {"workspace": work.workspace_id, "ids": list(account_ids)})
    return {row[0]: AccountContacts._make(row) for row in rows}


@cache
def _load() -> Any:
    """Built once: building it costs more than running it for one account, as nearly every request does."""
    owner, manager = aliased(Member), aliased(Member)
    return (
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
            owner.country,
            workspace_hours.own_hours(owner),
        )
        .outerjoin(owner, (owner.id == Account.owner_id) & owner.is_outsider.is_(False))
        .outerjoin(manager, (manager.id == owner.manager_id) & manager.is_outsider.is_(False))
        .where(within(Account.workspace_id, bindparam("workspace")), among(Account.id))
        .order_by(Account.id)
    )
