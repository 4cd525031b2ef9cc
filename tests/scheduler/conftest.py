"""A workspace, and a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.agenda import jobs, runner
from bot.agenda.jobs import Due, Thought
from bot.db.engine import Database
from bot.sandbox.clock import SandboxClock
from tests.factories import NOW, make_workspace

Thoughts = list[tuple[str, datetime]]


@pytest.fixture
def clock() -> SandboxClock:
    """A clock that stands still until it is moved."""
    clock = SandboxClock(NOW - timedelta(seconds=1))
    clock.hold()
    clock.set(NOW)
    return clock


@pytest.fixture
def workspace_id(any_db: Database) -> int:
    """A workspace nobody drives."""
    with any_db.transaction() as session:
        return make_workspace(session).id


@pytest.fixture
def thoughts() -> Iterator[Thoughts]:
    """What was thought: `subject` and when. Thinks of kind "test"; a subject called "bad:…" fails."""
    had: Thoughts = []

    def think(session: Session, workspace_id: int, due: Sequence[Due], now: datetime) -> None:
        if any(one.subject.startswith("bad:") for one in due):
            raise ValueError("no such thing")
        had.extend((one.subject, now) for one in due)

    runner.THINKERS["test"] = think
    yield had
    del runner.THINKERS["test"]


def plan(db: Database, workspace_id: int, *subjects: str, at: datetime = NOW, kind: str = "test") -> None:
    """Put thoughts on the agenda, one after the other, the last of them at `at`."""
    with db.transaction() as session:
        jobs.plan(
            session,
            workspace_id,
            [
                Thought(kind, subject, "", at - timedelta(microseconds=len(subjects) - n))
                for n, subject in enumerate(subjects, 1)
            ],
        )
