"""Time for limits and pauses: it goes on evenly whatever is done to the wall clock, and says nothing of the day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def monotonic() -> datetime:
    """The machine's monotonic clock as a moment: only differences mean anything. It counts while the machine sleeps."""
    # Linux's CLOCK_MONOTONIC stands still then; elsewhere there is no other, or it counts anyway.
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return EPOCH + timedelta(seconds=time.monotonic() if boot_time is None else time.clock_gettime(boot_time))


class Steady:
    """A clock that is moved, such as the sandbox's: followed when it goes on, and not when it is put back."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._last = clock()
        self._behind = timedelta(0)

    def now(self) -> datetime:
        """Never before what it said last."""
        with self._lock:
            wall = self._clock()
            if wall < self._last:
                self._behind += self._last - wall
            self._last = wall
            return wall + self._behind
