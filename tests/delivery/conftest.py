"""The rig on SQLite, and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.db.engine import Database
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from tests.delivery.rig import START, Rig, make_rig, make_sandbox


@pytest.fixture
def clock() -> SandboxClock:
    """A clock that stands still until it is moved."""
    clock = SandboxClock(START - timedelta(seconds=1))
    clock.hold()
    clock.set(START)
    return clock


@pytest.fixture
def sandbox(clock: SandboxClock) -> Iterator[Sandbox]:
    """Ten channels and three people."""
    with make_sandbox(clock) as running:
        yield running


@pytest.fixture
def rig(db: Database, sandbox: Sandbox, clock: SandboxClock) -> Rig:
    """A workspace on SQLite, and its driver."""
    return make_rig(db, sandbox, clock)


@pytest.fixture
def any_rig(any_db: Database, sandbox: Sandbox, clock: SandboxClock) -> Rig:
    """A workspace on SQLite and on PostgreSQL, and its driver."""
    return make_rig(any_db, sandbox, clock)
