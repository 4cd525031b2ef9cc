"""What delivering for one workspace needs at every step: the way to Slack, the way to the database, and the lease."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db import Database
from bot.services.leases import Lease
from bot.slack.limits import Limits
from bot.slack.sender import Sender
from scheduler.holding import CALL_NEEDS, Holding


@dataclass(frozen=True, slots=True)
class Means:
    """For one workspace; handed to each of delivery's parts."""

    db: Database
    now: Callable[[], datetime]
    holding: Holding
    sender: Sender
    limits: Limits
    workspace_id: int

    def is_ready(self, method: str) -> bool:
        """Whether the limits allow a call of this method now."""
        return self.limits.is_ready(method, self.now())

    def ready_at(self, method: str) -> datetime:
        """When the limits allow a call of this method."""
        return self.limits.ready_at(method, self.now())

    def lease(self, needs: timedelta = timedelta(0)) -> Lease:
        """The lease, with at least `needs` left of it. Raises LeaseLost."""
        return self.holding.lease(self.workspace_id, needs)

    def secure(self) -> Lease:
        """The lease, with enough left of it for a call to Slack: right before it, since a worker may have slept."""
        return self.lease(CALL_NEEDS)

    def record(self, write: Callable[[Session, Lease], object]) -> None:
        """One transaction under the lease. Raises LeaseLost."""
        lease = self.lease()
        with self.db.transaction() as session:
            write(session, lease)
