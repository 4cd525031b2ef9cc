"""A workspace, and a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from bot.agenda import jobs as agenda_jobs
from bot.agenda import runner
from bot.agenda.jobs import DueJob, Job
from bot.db.engine import Database
from bot.db.work import Work
from bot.sandbox.clock import SandboxClock
from tests.factories import NOW, make_workspace

Jobs = list[tuple[str, datetime]]


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
def jobs() -> Iterator[Jobs]:
    """What was run: `subject` and when. Handles the kind "test"; a subject called "bad:…" fails."""
    had: Jobs = []

    def handle(work: Work, due: Sequence[DueJob]) -> None:
        if any(one.subject.startswith("bad:") for one in due):
            raise ValueError("no such thing")
        had.extend((one.subject, work.now) for one in due)

    runner.HANDLERS["test"] = handle
    yield had
    del runner.HANDLERS["test"]


def plan(db: Database, workspace_id: int, *subjects: str, at: datetime = NOW, kind: str = "test") -> None:
    """Put jobs on the agenda, one after the other, the last of them at `at`."""
    with Work.writing(db, workspace_id, at) as work:
        agenda_jobs.schedule(
            work,
            [
                Job(kind, subject, "", at - timedelta(microseconds=len(subjects) - n))
                for n, subject in enumerate(subjects, 1)
            ],
        )
