"""On-time touches: how often a touch fell due in a window, and how often it came by then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta


def touches_due(touches: Sequence[date], since: date, until: date, every: int) -> tuple[int, int]:
    """(how often a touch fell due up to `until`, how often one came by then), of one account.

    A touch falls due `every` days after `since`, its last touch before the window or the window's first day. If one
    came by then it was on time, and the next falls due `every` days after the last that did; if not, `every` days after
    the day that was missed. So many touches of one week count once, and a gap of three cadences is missed three times.
    `touches` are days in order; those up to `since` count for nothing. Raises ValueError unless `every` is positive.
    """
    if every < 1:
        raise ValueError("A cadence has at least one day.")
    due = on_time = 0
    while (last_day := since + timedelta(days=every)) <= until:
        at = bisect_right(touches, last_day) - 1
        came = at >= 0 and touches[at] > since
        due += 1
        on_time += came
        since = touches[at] if came else last_day
    return due, on_time
