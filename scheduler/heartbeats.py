"""The two heartbeats, tick and deliver, and between them the renewal of the leases and the emptying of the journal.

APScheduler starts them and starts them again if one ever ends; what is due it does not know: that is in the tables.
Between two beats nobody looks at the wall clock, by which APScheduler goes: put back by hours, it would be silent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.worker import Worker

log = logging.getLogger(__name__)

TICK_EVERY = 5
DELIVER_EVERY = 5
RENEW_EVERY = 5
LONGEST_PAUSE = 1.0
"""Seconds after which posts are looked for again, even when nobody nudged: another worker may have written some."""

BREATH = 0.04
"""Seconds between two chunks of a long tick, in which requests get the database's one writer's place."""

GATHER = 0.1
"""Seconds between a nudge and the look it asks for: the answer goes out first, and many nudges cost one look."""

FAILED_PAUSE = 1.0


class Heartbeats:
    """Runs the driver in the background until stopped."""

    def __init__(self, driver: Worker) -> None:
        self._driver = driver
        self._stopping = Event()
        self._nudged = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin at once."""
        # A beat that still beats needs no second one, and that is no reason for a warning every few seconds.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for beat, seconds in ((self._renew, RENEW_EVERY), (self._tick, TICK_EVERY)):
            self._scheduler.add_job(
                self._again, IntervalTrigger(seconds=seconds), (beat, seconds), next_run_time=datetime.now(UTC)
            )
        every = IntervalTrigger(seconds=DELIVER_EVERY)
        self._scheduler.add_job(self._deliver, every, next_run_time=datetime.now(UTC))
        self._scheduler.start()

    def nudge(self) -> None:
        """Something was just written: deliver soon. Costs next to nothing."""
        self._nudged.set()

    def stop(self, timeout: float = 15.0) -> bool:
        """Finish the send in flight, start no other, give the leases back; False when that took too long."""
        self._stopping.set()
        self._nudged.set()
        finished = self._driver.stop(timeout)
        self._scheduler.shutdown(wait=finished)
        return finished

    def _again(self, beat: Callable[[], None], seconds: float) -> None:
        while not self._stopping.is_set():
            try:
                beat()
            except Exception:
                log.exception("a heartbeat failed, trying again")
            self._stopping.wait(seconds)

    def _renew(self) -> None:
        if not self._stopping.is_set():
            self._driver.hold()
            self._driver.settle_strays()
            self._driver.empty_journal()

    def _tick(self) -> None:
        for workspace_id in self._driver.hold():
            while not self._stopping.is_set() and self._driver.tick_chunk(workspace_id):
                self._nudged.set()
                self._stopping.wait(BREATH)

    def _deliver(self) -> None:
        while not self._stopping.is_set():
            self._nudged.clear()
            try:
                pause = self._deliver_once()
            except Exception:
                log.exception("delivery failed, trying again")
                self._stopping.wait(FAILED_PAUSE)
                continue
            if self._nudged.wait(pause):
                self._stopping.wait(GATHER)

    def _deliver_once(self) -> float:
        moments = [self._driver.deliver(workspace_id) for workspace_id in self._driver.hold()]
        following = min((moment for moment in moments if moment is not None), default=None)
        if following is None:
            return LONGEST_PAUSE
        return min(max((following - self._driver.now()).total_seconds(), 0.0), LONGEST_PAUSE)
