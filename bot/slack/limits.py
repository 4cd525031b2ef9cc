"""How much may be sent when, counted in memory: one worker drives a workspace, so its count is the whole truth.

Every figure is below what Slack documents, and counts from the end of an answer, when Slack has certainly counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

CHANNEL_GAP = timedelta(seconds=1)
"""Between two posts to one channel."""

WINDOW = timedelta(minutes=1)

POST = "chat.postMessage"

PER_MINUTE: Mapping[str, int] = {
    "chat.update": 50,
    "chat.delete": 50,
    "chat.unfurl": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.join": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.members": 90,
    "users.info": 90,
    "conversations.list": 20,
    "users.list": 15,
}
"""Calls a minute and workspace, by method. Requests ask about people and members too: some is left for them."""


class Limits:
    """The calls of one workspace in the last minute, and the methods Slack told us to leave alone."""

    def __init__(self, posts_per_minute: int) -> None:
        self._most = {**PER_MINUTE, POST: posts_per_minute}
        self._calls: dict[str, deque[datetime]] = {}
        self._blocked: dict[str, datetime] = {}
        self._busy: dict[str, datetime] = {}

    def ready_at(self, method: str, now: datetime) -> datetime:
        """The first moment, not before `now`, at which a method may be called."""
        calls = self._calls.get(method)
        ready = max(now, self._blocked.get(method, now))
        if calls is None:
            return ready
        while calls and calls[0] + WINDOW <= now:
            calls.popleft()
        return max(ready, calls[0] + WINDOW) if len(calls) >= self._most[method] else ready

    def is_ready(self, method: str, now: datetime) -> bool:
        """Whether a method may be called now."""
        return self.ready_at(method, now) <= now

    def left(self, method: str, now: datetime) -> int:
        """How many calls of a method may be made at once now."""
        return self._most[method] - len(self._calls.get(method, ())) if self.is_ready(method, now) else 0

    def busy(self, now: datetime) -> list[str]:
        """The channels that had a post less than a second ago."""
        self._busy = {channel: until for channel, until in self._busy.items() if until > now}
        return list(self._busy)

    def first_free(self, now: datetime) -> datetime | None:
        """When the first of the busy channels is free again; None when none is busy."""
        self.busy(now)
        return min(self._busy.values(), default=None)

    def count(self, method: str, ended_at: datetime, channel: str | None = None) -> None:
        """Count a call that was answered, or given up, at `ended_at`; a post also occupies its channel."""
        if method in self._most:
            self._calls.setdefault(method, deque()).append(ended_at)
        if method == POST and channel:
            self._busy[channel] = ended_at + CHANNEL_GAP

    def block(self, method: str, until: datetime) -> None:
        """Leave a method alone until Slack's Retry-After is over."""
        self._blocked[method] = max(until, self._blocked.get(method, until))
