"""What was just read, kept for a moment: every request asks who is there and who reads along.

Those two answers guard the team's words, so they are believed only while nothing in this process has changed the tables
they came from, and for two seconds at most, since another process may have.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, event

LIFETIME = timedelta(seconds=2)
MOST = 10_000
WATCHED = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (?:members|channels)\b", re.IGNORECASE)

Value = TypeVar("Value")


class _Changes:
    """Counts, for the whole process, how often people or channels were changed."""

    count = 0
    lock = threading.Lock()


class ReadCache:
    """Answers about people and channels. Safe from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._mine = threading.local()
        self._known: dict[Hashable, tuple[int, datetime, Any]] = {}
        event.listen(engine, "before_cursor_execute", self._watch)

    def recall(self, key: Hashable, now: datetime, read: Callable[[], Value]) -> Value:
        """What `read` gives, or gave less than two seconds ago when nothing was changed since."""
        changes = _Changes.count
        known = self._known.get(key)
        if known is not None and known[0] == changes and timedelta(0) <= now - known[1] < LIFETIME:
            value: Value = known[2]
            return value
        value = read()
        if len(self._known) >= MOST:
            self._known = {}
        self._known[key] = (changes, now, value)
        return value

    def forget_if_changed(self) -> None:
        """A transaction of this thread is over: let nothing be believed that it may have changed."""
        if getattr(self._mine, "changed", False):
            self._mine.changed = False
            with _Changes.lock:
                _Changes.count += 1

    def _watch(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if WATCHED.match(statement):
            self._mine.changed = True
