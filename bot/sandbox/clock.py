"""The workspace's clock: it flows like the real one until it is held, and then moves only when told to."""

import threading
import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """An aware UTC clock that can be set forward. Safe to read and move from any thread."""

    def __init__(self, start: datetime | None = None, *, held: bool = False) -> None:
        """Start at `start` (aware; the real time when None), flowing unless `held`."""
        self._lock = threading.Lock()
        self._base = _as_utc(start) if start else datetime.now(UTC)
        self._since = time.monotonic()
        self._held = held

    def now(self) -> datetime:
        """The workspace's time, aware UTC."""
        with self._lock:
            return self._read()

    @property
    def is_held(self) -> bool:
        """Whether the clock stands still and moves only by `set`."""
        return self._held

    def set(self, moment: datetime) -> None:
        """Move to `moment`. Raises ValueError when that lies in the past: what was said cannot be unsaid."""
        target = _as_utc(moment)
        with self._lock:
            if target < self._read():
                raise ValueError(f"The clock cannot go back: it is already {self._read().isoformat()}.")
            self._base, self._since = target, time.monotonic()

    def hold(self) -> None:
        """Stop the flow of time."""
        with self._lock:
            self._base, self._held = self._read(), True

    def flow(self) -> None:
        """Let time flow again from where it stands."""
        with self._lock:
            if self._held:
                self._since, self._held = time.monotonic(), False

    def _read(self) -> datetime:
        if self._held:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)


def _as_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("The clock needs a time with a time zone, for example 2026-03-01T09:00:00+00:00.")
    return moment.astimezone(UTC)
