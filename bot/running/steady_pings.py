"""Pings of Socket Mode counted by the monotonic clock: slack_sdk 3.48 counts them by the wall clock.

Put back by hours, that one hides for as long that a connection is dead. Superfluous once
`slack_sdk.socket_mode.builtin.connection` asks for another clock than `time.time`; the test then fails.
"""

from __future__ import annotations

import time
from types import SimpleNamespace

from slack_sdk.socket_mode.builtin import connection


def count_pings_steadily() -> None:
    """Have every connection of this process count by the clock that nobody puts back; twice is once."""
    steady = SimpleNamespace(**{**vars(time), "time": time.monotonic})
    vars(connection)["time"] = steady
