"""How old something is by a clock that may have been put back: what lies in the future is not fresh, it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

AHEAD = timedelta(minutes=2)
"""So far the clocks of two machines may differ; what lies further ahead was written before a clock was put back."""


def is_fresh(at: datetime | None, now: datetime, lasts: timedelta) -> bool:
    """Whether what was found out, taken or begun at `at` still counts: younger than `lasts`, and not ahead of `now`
    by more than AHEAD.
    """
    return at is not None and -AHEAD <= now - at < lasts
