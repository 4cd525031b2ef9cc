"""How long a person's request may still take: Slack stops listening after three seconds, whatever is answered then.

The edges say when a request came in; what may hang (the database) asks here how much time is left. Threads that no
request waits for have all the time they need.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

ANSWER_WITHIN = 2.3
"""Seconds after a request came in until what it waits for is given up. The rest of Slack's three is for the way back,
and for a hung database to be let go of."""

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def answering(since: float | None = None) -> Iterator[None]:
    """All in here is done for a request that came in at `since` (monotonic; None: now)."""
    token = _until.set((monotonic() if since is None else since) + ANSWER_WITHIN)
    try:
        yield
    finally:
        _until.reset(token)


def waited() -> float:
    """Seconds since the request of this thread came in, also those before a thread took it; 0 when nobody waits."""
    until = _until.get()
    return 0.0 if until is None else monotonic() - (until - ANSWER_WITHIN)


def remaining() -> float | None:
    """Seconds left for the request of this thread, 0 when its time is up; None when nobody waits."""
    until = _until.get()
    return None if until is None else max(until - monotonic(), 0.0)
