"""A clock that several processes share and that runs faster than real time, so that leases end within a second."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from bot.sandbox.clock import SandboxClock

SPEED = 30.0
EPOCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class HurriedClock(SandboxClock):
    """Thirty seconds a second since `began` (real seconds since 1970), the same in every process."""

    def __init__(self, began: float) -> None:
        super().__init__(EPOCH)
        self._began = began

    def now(self) -> datetime:
        """The shared time."""
        return EPOCH + timedelta(seconds=(time.time() - self._began) * SPEED)
