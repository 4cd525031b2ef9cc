"""Drives the workspaces this worker holds: ticks, delivers, and knows when there is something to do next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock

from slack_sdk import WebClient

from bot.agenda.jobs import CHUNK
from bot.db.engine import Database
from bot.errors import LeaseLost
from bot.slack.limits import Limits
from bot.slack.sender import Render, Sender
from scheduler.context import DeliveryContext
from scheduler.deliver import Deliverer
from scheduler.job_runner import JobRunner
from scheduler.leases import LeaseKeeper
from scheduler.steady import Steady

log = logging.getLogger(__name__)

CHUNK_OF_SQLITE = 250
"""Jobs in one transaction where it keeps every other writer waiting: less than a tenth of a second of work."""


class Worker:
    """May be called from any thread: running jobs and sending each happen once at a time."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        client_for: Callable[[int], WebClient | None],
        render: Render,
        holder: str,
        posts_per_minute: int = 180,
        steady: Callable[[], datetime] | None = None,
    ) -> None:
        """`client_for` gives a workspace's client, made by sender.sending_client, or None when there is no token for it
        here and others must drive it; `holder` names this process alone. `steady` is the clock of limits and pauses,
        which nobody moves; without it `clock` is followed while it goes on."""
        self._db = db
        self._clock = clock
        self._steady = steady or Steady(clock).now
        self._client_for = client_for
        self._render = render
        self._posts_per_minute = posts_per_minute
        self._holding = LeaseKeeper(
            db, clock, holder, lambda workspace_id: client_for(workspace_id) is not None, self._steady
        )
        self._deliveries: dict[int, Deliverer] = {}
        self._runners: dict[int, JobRunner] = {}
        self._running = Lock()
        self._sending = Lock()
        self._stopping = Event()

    def work(self) -> None:
        """Run and send all that can be run and sent now, for every workspace; never waits."""
        for workspace_id in self.hold():
            self.tick(workspace_id)
            self.deliver(workspace_id)

    def now(self) -> datetime:
        """The time all of this goes by."""
        return self._clock()

    def hold(self) -> list[int]:
        """Take and renew leases; returns the workspaces that this worker drives."""
        return [] if self._stopping.is_set() else self._holding.take()

    def next_due(self) -> datetime | None:
        """The next moment at which something could be run or sent; None when nothing is planned."""
        moments: list[datetime | None] = []
        for workspace_id in self.hold():
            moments.append(self._runner(workspace_id).next_due())
            with self._sending:
                moments.append(self._delivery(workspace_id).next_at())
        return min((moment for moment in moments if moment is not None), default=None)

    def tick(self, workspace_id: int) -> int:
        """Run all jobs that are due in a workspace; returns how many, 0 when another worker drives it."""
        total = 0
        while job := self.tick_chunk(workspace_id):
            total += job
        return total

    def tick_chunk(self, workspace_id: int) -> int:
        """Run at most one chunk; 0 when nothing is due, or another worker drives."""
        if self._stopping.is_set():
            return 0
        with self._running:
            try:
                return self._runner(workspace_id).run_chunk()
            except LeaseLost:
                self._lost(workspace_id)
                return 0

    def deliver(self, workspace_id: int) -> datetime | None:
        """Send all that may be sent now; returns the next moment at which something may, None when nothing waits."""
        with self._sending:
            delivery = self._delivery(workspace_id)
            try:
                return delivery.run(self._stopping.is_set)
            except LeaseLost:
                self._lost(workspace_id)
                return None
            finally:
                delivery.strays.settle()

    def settle_strays(self) -> None:
        """Clean up after leases that were lost in the middle of a send."""
        with self._sending:
            for delivery in self._deliveries.values():
                delivery.strays.settle()

    def empty_journal(self) -> None:
        """Carry over what was written to the database, so that no writer has to."""
        self._db.empty_journal()

    @property
    def has_strays(self) -> bool:
        """Whether a message of ours may still stand twice."""
        return any(delivery.strays for delivery in self._deliveries.values())

    def stop(self, timeout: float) -> bool:
        """Finish the send and the chunk in flight, start no other, give the leases back.

        Returns False when something was still in flight after `timeout` seconds; its lease then simply runs out.
        """
        self._stopping.set()
        finished = [lock.acquire(timeout=timeout / 2) for lock in (self._sending, self._running)]
        try:
            if all(finished):
                self._holding.release()
        finally:
            for lock, is_held in zip((self._sending, self._running), finished, strict=True):
                if is_held:
                    lock.release()
        return all(finished)

    def _lost(self, workspace_id: int) -> None:
        log.info("workspace %d: another worker drives it now", workspace_id)
        self._holding.drop(workspace_id)

    def _runner(self, workspace_id: int) -> JobRunner:
        if workspace_id not in self._runners:
            self._runners[workspace_id] = JobRunner(
                self._db,
                self._clock,
                lambda: self._holding.lease(workspace_id),
                workspace_id,
                CHUNK_OF_SQLITE if self._db.is_sqlite else CHUNK,
            )
        return self._runners[workspace_id]

    def _delivery(self, workspace_id: int) -> Deliverer:
        if workspace_id not in self._deliveries:
            client = self._client_for(workspace_id)
            if client is None:
                raise LeaseLost(f"this process has no token for workspace {workspace_id}")
            limits = Limits(self._posts_per_minute)
            sender = Sender(client, limits, self._steady)
            means = DeliveryContext(self._db, self._clock, self._holding, sender, limits, workspace_id, self._steady)
            self._deliveries[workspace_id] = Deliverer(means, self._render)
        return self._deliveries[workspace_id]
