"""How much Slack takes: calls per method and minute, posts per channel and second. Counted on the workspace's clock."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.errors import RateLimited

WINDOW_SECONDS = 60.0

PER_MINUTE: Mapping[str, int] = {
    "chat.update": 50,
    "chat.delete": 50,
    "chat.unfurl": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.join": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "reactions.get": 50,
    "team.info": 50,
    "users.lookupByEmail": 50,
    "chat.postEphemeral": 100,
    "conversations.members": 100,
    "users.info": 100,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "bookmarks.add": 20,
    "bookmarks.list": 20,
    "conversations.list": 20,
    "users.list": 20,
    "usergroups.list": 20,
}
"""Slack documents each as "so many or more"; the sandbox grants exactly so many."""


@dataclass(frozen=True)
class Limits:
    """The figures. `channel_gap` is in seconds between posts to one channel; a method not named is not limited."""

    posts_per_minute: int = 200
    channel_gap: float = 1.0
    per_minute: Mapping[str, int] = field(default_factory=lambda: PER_MINUTE)
    enforced: bool = True


class Meter:
    """Counts calls and says no. A refused call is not counted."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._calls: dict[str, deque[float]] = {}
        self._last_post: dict[str, float] = {}

    def count_call(self, method: str, now: datetime) -> None:
        """Count one call of `method`. Raises RateLimited when the last minute is full."""
        most = self.limits.per_minute.get(method)
        if self.limits.enforced and most is not None:
            self._enter(method, most, now.timestamp())

    def check_post(self, channel: str, now: datetime) -> None:
        """Raises RateLimited when the channel or the workspace has had its posts."""
        if not self.limits.enforced:
            return
        moment = now.timestamp()
        wait = self.limits.channel_gap - (moment - self._last_post.get(channel, -math.inf))
        if wait > 0:
            raise RateLimited(max(1, math.ceil(wait)))
        self._enter("chat.postMessage", self.limits.posts_per_minute, moment)

    def count_post(self, channel: str, now: datetime) -> None:
        """Remember that a post reached `channel`."""
        self._last_post[channel] = now.timestamp()

    def _enter(self, method: str, most: int, moment: float) -> None:
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= moment - WINDOW_SECONDS:
            calls.popleft()
        if len(calls) >= most:
            raise RateLimited(max(1, math.ceil(calls[0] + WINDOW_SECONDS - moment)))
        calls.append(moment)
