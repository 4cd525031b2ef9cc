"""What falls due is run, once, and one bad job stops no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from bot.agenda import runner, sweep
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import LeaseLost
from bot.models import JobRow
from bot.sandbox.clock import SandboxClock
from bot.workspace.leases import LIFETIME
from scheduler.job_runner import FIRST_REST, JobRunner
from scheduler.leases import LeaseKeeper
from tests.factories import NOW, make_account, make_workspace
from tests.running.asking import until
from tests.scheduler.conftest import Jobs, plan


def never() -> bool:
    return False


@pytest.fixture
def holding(any_db: Database, workspace_id: int, clock: SandboxClock) -> LeaseKeeper:
    holding = LeaseKeeper(any_db, clock.now, "one")
    assert holding.take() == [workspace_id]
    return holding


@pytest.fixture
def ticking(any_db: Database, workspace_id: int, clock: SandboxClock, holding: LeaseKeeper) -> JobRunner:
    return JobRunner(any_db, clock.now, lambda: holding.lease(workspace_id), workspace_id, chunk=4)


def open_subjects(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(JobRow.subject).where(JobRow.handled_at.is_(None))))


def test_what_is_due_is_run_in_chunks_and_once(
    any_db: Database, workspace_id: int, ticking: JobRunner, jobs: Jobs
) -> None:
    plan(any_db, workspace_id, *(f"thing:{n}" for n in range(10)))
    assert ticking.run(never) == 10
    assert ticking.run(never) == 0
    assert [subject for subject, _ in jobs] == [f"thing:{n}" for n in range(10)]


def test_what_is_not_due_waits_and_is_named_as_next(
    any_db: Database, workspace_id: int, ticking: JobRunner, jobs: Jobs, clock: SandboxClock
) -> None:
    at = NOW + timedelta(days=3)
    plan(any_db, workspace_id, "thing:1", at=at)
    assert ticking.run(never) == 0
    assert ticking.next_due() == at
    clock.set(at)
    assert ticking.run(never) == 1
    assert ticking.next_due() is None


def test_a_job_that_fails_rests_and_the_others_are_run(
    any_db: Database, workspace_id: int, ticking: JobRunner, jobs: Jobs, clock: SandboxClock
) -> None:
    plan(any_db, workspace_id, "thing:1", "bad:2", "thing:3", "thing:4", "bad:5", "thing:6")
    ticking.run(never)
    assert [subject for subject, _ in jobs] == ["thing:1", "thing:3", "thing:4", "thing:6"]
    assert open_subjects(any_db) == ["bad:2", "bad:5"]
    assert ticking.next_due() == clock.now() + FIRST_REST


def test_a_job_that_keeps_failing_rests_longer_each_time(
    any_db: Database, workspace_id: int, ticking: JobRunner, jobs: Jobs, clock: SandboxClock
) -> None:
    plan(any_db, workspace_id, "bad:1")
    rests = []
    for _ in range(4):
        ticking.run(never)
        due = ticking.next_due()
        assert due is not None
        rests.append((due - clock.now()) // FIRST_REST)
        clock.set(due)
    assert rests == [1, 2, 4, 8]


def test_how_often_a_job_failed_is_known_after_a_restart(
    any_db: Database, workspace_id: int, holding: LeaseKeeper, jobs: Jobs, clock: SandboxClock
) -> None:
    plan(any_db, workspace_id, "bad:1")
    rests = []
    for _ in range(3):
        restarted = JobRunner(any_db, clock.now, lambda: holding.lease(workspace_id), workspace_id, chunk=4)
        restarted.run(never)
        due = restarted.next_due()
        assert due is not None
        rests.append((due - clock.now()) // FIRST_REST)
        clock.set(due)
        holding.take()
    assert rests == [1, 2, 4]


def test_a_kind_nobody_knows_is_kept(any_db: Database, workspace_id: int, ticking: JobRunner, jobs: Jobs) -> None:
    plan(any_db, workspace_id, "thing:1", kind="from a newer version")
    plan(any_db, workspace_id, "thing:2")
    ticking.run(never)
    assert [subject for subject, _ in jobs] == ["thing:2"]
    assert open_subjects(any_db) == ["thing:1"]


def test_a_worker_that_lost_its_lease_runs_nothing(
    any_db: Database, workspace_id: int, ticking: JobRunner, jobs: Jobs, clock: SandboxClock
) -> None:
    plan(any_db, workspace_id, "thing:1")
    clock.set(NOW + LIFETIME)
    LeaseKeeper(any_db, clock.now, "two").take()
    with pytest.raises(LeaseLost):
        ticking.run(never)
    assert jobs == []
    assert open_subjects(any_db) == ["thing:1"]


def test_stopping_ends_a_long_tick_between_two_chunks(
    any_db: Database, workspace_id: int, ticking: JobRunner, jobs: Jobs
) -> None:
    plan(any_db, workspace_id, *(f"thing:{n}" for n in range(10)))
    assert ticking.run(_after(1)) == 4


def _after(times: int) -> Callable[[], bool]:
    asked: list[None] = []

    def stopping() -> bool:
        asked.append(None)
        return len(asked) > times

    return stopping


def test_a_chunk_is_smaller_while_somebody_waits_to_write(
    db: Database, clock: SandboxClock, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.job_runner.WHILE_OTHERS_WAIT", 2)
    with db.transaction() as session:
        workspace = make_workspace(session).id
    held = LeaseKeeper(db, clock.now, "one")
    held.take()
    plan(db, workspace, *(f"account:{n}" for n in range(10)))
    ticking = JobRunner(db, clock.now, lambda: held.lease(workspace), workspace, chunk=4)
    assert ticking.run_chunk() == 4
    with db.transaction():
        waiting = Thread(target=_write, args=(db,))
        waiting.start()
        until(lambda: db.waits == 1, "the other writer waits")
    waiting.join()
    assert ticking.run_chunk() == 2
    assert ticking.run_chunk() == 4


def test_chunks_begin_small_and_double_while_nobody_waits(
    db: Database, clock: SandboxClock, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.job_runner.WHILE_OTHERS_WAIT", 1)
    with db.transaction() as session:
        workspace = make_workspace(session).id
    held = LeaseKeeper(db, clock.now, "one")
    held.take()
    ticking = JobRunner(db, clock.now, lambda: held.lease(workspace), workspace, chunk=4)
    for burst in ("first", "second"):
        plan(db, workspace, *(f"{burst}:{n}" for n in range(11)))
        # After a burst it is not known any more whether the next one comes to busy people.
        assert [ticking.run_chunk() for _ in range(5)] == [2, 4, 4, 1, 0]


def _write(db: Database) -> None:
    with db.transaction():
        pass


def test_a_page_of_the_night_is_smaller_while_somebody_waits_to_write(
    db: Database, clock: SandboxClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.job_runner.WHILE_OTHERS_WAIT", 1)
    pages: list[list[int]] = []
    monkeypatch.setattr(sweep, "PAGES", [lambda _work, ids: pages.append(list(ids))])
    # What a night begins with plans jobs of its own, which would have the chunk between two pages.
    monkeypatch.setattr(sweep, "FIRST", [])
    with db.transaction() as session:
        workspace = make_workspace(session)
        accounts = [make_account(session, workspace, f"Account {n}").id for n in range(5)]
        workspace_id = workspace.id
    with Work.writing(db, workspace_id, clock.now()) as work:
        sweep.begin(work)
    held = LeaseKeeper(db, clock.now, "one")
    held.take()
    runner = JobRunner(db, clock.now, lambda: held.lease(workspace_id), workspace_id, chunk=4)
    runner.run_chunk()
    with db.transaction():
        waiting = Thread(target=_write, args=(db,))
        waiting.start()
        until(lambda: db.waits == 1, "the other writer waits")
    waiting.join()
    runner.run_chunk()
    while [one for page in pages for one in page] != accounts:
        assert runner.run_chunk(), f"the night ended after {pages}"
    assert [len(page) for page in pages[:2]] == [2, 1]


def test_what_takes_long_is_read_before_anybody_has_to_wait_for_it(
    any_db: Database, workspace_id: int, holding: LeaseKeeper, clock: SandboxClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(100))
    monkeypatch.setattr("scheduler.job_runner.monotonic", lambda: float(next(seconds)))
    read: list[str] = []
    given: list[list[object]] = []
    monkeypatch.setitem(runner.READS_AHEAD, "test", lambda _work, job: read.append(job.subject) or job.subject)
    monkeypatch.setitem(runner.HANDLERS, "test", lambda work, jobs: given.append([work.ahead[job.id] for job in jobs]))
    plan(any_db, workspace_id, "slow:1", "slow:2", "slow:3", "slow:4", "slow:5")
    ticking = JobRunner(any_db, clock.now, lambda: holding.lease(workspace_id), workspace_id)
    # Two seconds are over after the second: the others wait for the next chunk, each is read once, none is left.
    assert ticking.run(lambda: False) == 5
    assert [one for chunk in given for one in chunk] == read == [f"slow:{n}" for n in range(1, 6)]
    assert len(given) > 1
