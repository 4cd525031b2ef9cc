"""A connection that is dead is found dead though the wall clock was put back."""

from __future__ import annotations

import logging
import time

import pytest
from slack_sdk.socket_mode.builtin.connection import Connection

from bot.running.steady_pings import count_pings_steadily


def test_pings_go_by_a_clock_that_nobody_puts_back(monkeypatch: pytest.MonkeyPatch) -> None:
    count_pings_steadily()
    pinged: list[str] = []
    connection = Connection("ws://127.0.0.1", logging.getLogger(__name__))
    connection.sock = object()  # type: ignore[assignment]
    monkeypatch.setattr(connection, "ping", pinged.append)
    before = time.monotonic()
    monkeypatch.setattr("time.time", lambda: 0.0)
    connection.check_state()
    assert before <= float(pinged[0].partition(":")[2]) <= time.monotonic()
