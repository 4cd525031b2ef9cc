"""What delivering for one workspace needs at every step: the way to Slack, the way to the database, and the lease."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.work import Work
from bot.slack.limits import Limits
from bot.slack.sender import Sender
from bot.workspace.leases import HeldLease
from scheduler.leases import CALL_NEEDS, LeaseKeeper


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """For one workspace; handed to each of delivery's parts."""

    db: Database
    now: Callable[[], datetime]
    holding: LeaseKeeper
    sender: Sender
    limits: Limits
    workspace_id: int
    steady: Callable[[], datetime]
    """The clock of limits and pauses: it goes on evenly, and is never put back. Its moments are not those of `now`."""

    def is_ready(self, method: str) -> bool:
        """Whether the limits allow a call of this method now."""
        return self.limits.is_ready(method, self.steady())

    def ready_at(self, method: str) -> datetime:
        """When, by `now`, the limits allow a call of this method."""
        return self.wall(self.limits.ready_at(method, self.steady()))

    def left(self, method: str) -> int:
        """How many calls of this method the limits allow at once now."""
        return self.limits.left(method, self.steady())

    def busy(self) -> list[str]:
        """The channels that had a post less than a second ago."""
        return self.limits.busy(self.steady())

    def first_free(self) -> datetime | None:
        """When, by `now`, the first of these is free again; None when none is busy."""
        first = self.limits.first_free(self.steady())
        return None if first is None else self.wall(first)

    def wall(self, moment: datetime) -> datetime:
        """A moment of the steady clock by `now`, as far as that one is not moved until then."""
        return self.now() + max(moment - self.steady(), timedelta(0))

    def lease(self, needs: timedelta = timedelta(0)) -> HeldLease:
        """The lease, with at least `needs` left of it. Raises LeaseLost."""
        return self.holding.lease(self.workspace_id, needs)

    def secure(self) -> HeldLease:
        """The lease, with enough left of it for a call to Slack: right before it, since a worker may have slept."""
        return self.lease(CALL_NEEDS)

    def reading(self) -> AbstractContextManager[Work]:
        """Work that only looks."""
        return Work.reading(self.db, self.workspace_id, self.now())

    def writing(self) -> AbstractContextManager[Work]:
        """Work that needs no lease: it keeps what Slack said, or asks for what is true anyway."""
        return Work.writing(self.db, self.workspace_id, self.now())

    def record(self, write: Callable[[Session, HeldLease], object]) -> None:
        """One transaction under the lease. Raises LeaseLost."""
        lease = self.lease()
        with self.db.transaction() as session:
            write(session, lease)
