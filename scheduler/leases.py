"""The leases this worker holds: taken when free, renewed before they end, dropped when someone else has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from bot.core.freshness import AHEAD
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import LeaseLost
from bot.workspace import clock_set_back, leases
from bot.workspace.leases import LIFETIME, HeldLease
from scheduler.steady import Steady

RENEW_BELOW = LIFETIME * 2 / 3
LOOK_EVERY = timedelta(seconds=5)
"""How often a worker that has work looks for more workspaces, and sees to its leases."""

CALL_NEEDS = timedelta(seconds=15)
"""What must be left of a lease before Slack is called: the longest wait for an answer, and room to record it."""


class LeaseKeeper:
    """Safe from any thread; each method is one short transaction, or none."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        holder: str,
        serves: Callable[[int], bool] = lambda _workspace_id: True,
        steady: Callable[[], datetime] | None = None,
    ) -> None:
        """`serves` says whether this process has a token for a workspace; any other is left to others.

        `steady` is a clock that nobody moves; without it `clock` is followed while it goes on.
        """
        self._db = db
        self._clock = clock
        self._steady = steady or Steady(clock).now
        self._holder = holder
        self._serves = serves
        self._leases: dict[int, HeldLease] = {}
        self._looked_at: datetime | None = None
        self._lock = Lock()

    def take(self) -> list[int]:
        """Take every workspace that can be had, keep those there are; returns the workspaces that are held."""
        now, steady_now = self._clock(), self._steady()
        with self._lock:
            if self._leases and self._looked_at is not None and steady_now - self._looked_at < LOOK_EVERY:
                return sorted(self._leases)
            self._looked_at = steady_now
        with self._db.reading() as session:
            takeable = [one for one in leases.takeable(session, self._holder, now) if self._serves(one)]
        with self._lock:
            self._leases = {workspace: lease for workspace, lease in self._leases.items() if workspace in takeable}
            for workspace in takeable:
                held = self._leases.get(workspace)
                if held is None or not RENEW_BELOW <= held.expires_at - now <= LIFETIME + AHEAD:
                    self._take(workspace, held, now)
            return sorted(self._leases)

    def lease(self, workspace_id: int, needs: timedelta = timedelta(0)) -> HeldLease:
        """The lease on a workspace, renewed if less than `needs` is left of it. Raises LeaseLost."""
        now = self._clock()
        with self._lock:
            held = self._leases.get(workspace_id)
            if held is None:
                raise LeaseLost(f"workspace {workspace_id} is not held")
            if held.expires_at - now >= needs:
                return held
            try:
                with self._db.transaction() as session:
                    held = leases.renew(session, held, now)
            except LeaseLost:
                del self._leases[workspace_id]
                raise
            self._leases[workspace_id] = held
            return held

    def drop(self, workspace_id: int) -> None:
        """Forget a lease that was lost."""
        with self._lock:
            self._leases.pop(workspace_id, None)

    def release(self) -> None:
        """Give all leases back, so that another worker need not wait for their end."""
        with self._lock:
            held, self._leases = self._leases, {}
        for lease in held.values():
            with self._db.transaction() as session:
                leases.release(session, lease, self._clock())

    def _take(self, workspace_id: int, held: HeldLease | None, now: datetime) -> None:
        with Work.writing(self._db, workspace_id, now) as work:
            was = clock_set_back.notice(work)
            taken = leases.acquire(work, self._holder)
            if taken is not None and was is not None:
                clock_set_back.mend(work, was)
        if taken is None or (held is not None and held.token != taken.token):
            self._leases.pop(workspace_id, None)
        if taken is not None:
            self._leases[workspace_id] = taken
