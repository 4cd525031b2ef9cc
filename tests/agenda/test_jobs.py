"""The agenda: one open job a key, which moves, and is never lost with one that runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.agenda import jobs as agenda_jobs
from bot.agenda import runner
from bot.agenda.jobs import DueJob, Job
from bot.agenda.runner import run_due
from bot.db.engine import Database
from bot.db.work import Work
from bot.models import JobRow
from tests.factories import NOW, make_workspace

KEYS = ("a", "b")
SUBJECTS = ("thing:1", "thing:2")
LATER = NOW + timedelta(days=1)

Key = tuple[str, str]


@dataclass
class Model:
    """What ought to stand on the agenda: (moment, revision) of each open job, and how many are done."""

    open: dict[Key, tuple[datetime, int]] = field(default_factory=dict)
    done: int = 0

    def ask(self, key: Key, at: datetime, keep: bool) -> None:
        """Schedule."""
        if key in self.open:
            was, revision = self.open[key]
            self.open[key] = (was if keep else at, revision + 1)
        else:
            self.open[key] = (at, 0)


steps = st.lists(
    st.tuples(
        st.sampled_from(["schedule", "keep", "read", "reschedule", "complete", "retry", "cancel"]),
        st.sampled_from(SUBJECTS),
        st.sampled_from(KEYS),
        st.integers(-3, 3),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(steps=steps)
def test_over_any_history_a_key_has_one_open_job_and_moving_loses_none(any_db: Database, steps) -> None:
    model = Model()
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        read: list[DueJob] = []
        for verb, subject, key, days in steps:
            at = NOW + timedelta(days=days)
            if verb in ("schedule", "keep"):
                is_kept = verb == "keep"
                agenda_jobs.schedule(Work(session, workspace, at), [Job("test", subject, key, at)], keep=is_kept)
                model.ask((subject, key), at, is_kept)
            elif verb == "read":
                read = agenda_jobs.pending_for(Work(session, workspace, at), SUBJECTS)
            elif verb == "cancel":
                agenda_jobs.cancel(Work(session, workspace, at), ["test"], [subject])
                model.open = {of: row for of, row in model.open.items() if of[0] != subject}
            else:
                _act_on_what_was_read(session, workspace, model, verb, read, at)
            _agrees(session, workspace, model)


def _act_on_what_was_read(
    session: Session, workspace: int, model: Model, verb: str, read: list[DueJob], at: datetime
) -> None:
    """Act on jobs as they were read: some have been moved, asked for, done or cancelled since."""
    ids = set(session.scalars(select(JobRow.id).where(JobRow.handled_at.is_(None))))
    for job in read:
        of = (job.subject, job.dedupe_key)
        is_as_read = job.id in ids and model.open[of][1] == job.revision
        if verb == "reschedule":
            agenda_jobs.reschedule(Work(session, workspace, at), [job.moved_to(at)])
            if is_as_read:
                model.open[of] = (at, job.revision + 1)
        elif verb == "complete":
            agenda_jobs.complete(Work(session, workspace, NOW), [job])
            if is_as_read:
                del model.open[of]
                model.done += 1
        elif verb == "retry" and job.id in ids:
            agenda_jobs.retry_at(Work(session, workspace, at), job, at)
            model.open[of] = (at, model.open[of][1])


def _agrees(session: Session, workspace: int, model: Model) -> None:
    pending = agenda_jobs.pending_for(Work(session, workspace, NOW), SUBJECTS)
    found = {(job.subject, job.dedupe_key): (job.due_at, job.revision) for job in pending}
    assert len(found) == len(pending)
    assert found == model.open
    done = select(func.count()).where(JobRow.workspace_id == workspace, JobRow.handled_at.is_not(None))
    assert session.scalar(done) == model.done


def _pending(session: Session, workspace: int) -> list[tuple[str, datetime]]:
    return [(job.dedupe_key, job.due_at) for job in agenda_jobs.pending_for(Work(session, workspace, NOW), SUBJECTS)]


def test_the_database_itself_refuses_a_second_open_row_and_takes_any_number_that_are_done(any_db: Database) -> None:
    row = {"kind": "test", "subject": "thing:1", "dedupe_key": "a", "due_at": NOW}
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        session.add_all([JobRow(workspace_id=workspace, **row, handled_at=NOW) for _ in range(3)])
        session.add(JobRow(workspace_id=workspace, **row))
    with pytest.raises(IntegrityError), any_db.transaction() as session:
        session.add(JobRow(workspace_id=workspace, **row))


def test_what_a_handler_schedules_under_its_own_key_is_not_completed_with_it(any_db: Database, monkeypatch) -> None:
    ran: list[str] = []

    def handle(work: Work, jobs: list[DueJob]) -> None:
        for job in jobs:
            ran.append(job.subject)
            agenda_jobs.schedule(work, [Job("test", job.subject, job.dedupe_key, work.now + timedelta(days=1))])

    monkeypatch.setitem(runner.HANDLERS, "test", handle)
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        agenda_jobs.schedule(Work(session, workspace, NOW), [Job("test", "thing:1", "a", NOW)])
        assert run_due(Work(session, workspace, NOW)) == 1
        assert run_due(Work(session, workspace, NOW)) == 0
        assert _pending(session, workspace) == [("a", LATER)]
    assert ran == ["thing:1"]


def test_a_job_that_is_done_blocks_nothing(any_db: Database, monkeypatch) -> None:
    monkeypatch.setitem(runner.HANDLERS, "test", lambda *_: None)
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        for _ in range(3):
            agenda_jobs.schedule(Work(session, workspace, NOW), [Job("test", "thing:1", "a", NOW)])
            assert run_due(Work(session, workspace, NOW)) == 1
        assert session.scalar(select(func.count()).where(JobRow.handled_at == NOW)) == 3


def test_moving_a_job_forgets_its_failures_and_keeps_its_urgency_and_facts(any_db: Database) -> None:
    with any_db.transaction() as session:
        workspace = make_workspace(session).id
        agenda_jobs.schedule(Work(session, workspace, NOW), [Job("test", "thing:1", "a", NOW, 7, {"by": 1})])
        (job,) = agenda_jobs.pending_for(Work(session, workspace, NOW), SUBJECTS)
        agenda_jobs.retry_at(Work(session, workspace, NOW), job, LATER)
        assert agenda_jobs.failing(Work(session, workspace, NOW)) == [("test", 1)]
        (failed,) = agenda_jobs.pending_for(Work(session, workspace, NOW), SUBJECTS)
        assert failed == replace(job, due_at=LATER, failures=1)
        agenda_jobs.reschedule(Work(session, workspace, NOW), [failed.moved_to(NOW)])
        (moved,) = agenda_jobs.pending_for(Work(session, workspace, NOW), SUBJECTS)
        assert moved == replace(job, revision=job.revision + 1)
        assert agenda_jobs.failing(Work(session, workspace, NOW)) == []


@pytest.mark.postgres
@pytest.mark.parametrize("keep", [False, True])
def test_a_job_that_is_asked_for_while_it_runs_runs_again_and_nobody_waits_for_whoever_asks(
    postgres_db: Database, monkeypatch, keep: bool
) -> None:
    ran: list[datetime] = []
    monkeypatch.setitem(runner.HANDLERS, "test", lambda work, _jobs: ran.append(work.now))
    job = Job("test", "thing:1", "a", NOW)
    with postgres_db.transaction() as session:
        workspace = make_workspace(session).id
        agenda_jobs.schedule(Work(session, workspace, NOW), [job])
    with postgres_db.transaction() as asking:
        agenda_jobs.schedule(Work(asking, workspace, NOW), [job], keep=keep)
        # What is asked for here is not to be seen yet: running it now does not answer it.
        with postgres_db.transaction() as running:
            assert run_due(Work(running, workspace, NOW)) == 1
    with Work.writing(postgres_db, workspace, NOW) as work:
        assert run_due(work) == 1
        assert run_due(work) == 0
    assert ran == [NOW, NOW]


def test_what_was_moved_by_another_while_a_job_ran_stays_as_they_left_it(db: Database, monkeypatch) -> None:
    def handle(work: Work, jobs: list[DueJob]) -> None:
        agenda_jobs.schedule(work, [Job("test", "thing:1", "a", LATER, facts={"after": 0})])
        agenda_jobs.reschedule(work, [job.moved_to(work.now, facts={"after": 1000}) for job in jobs])

    monkeypatch.setitem(runner.HANDLERS, "test", handle)
    with db.transaction() as session:
        workspace = make_workspace(session).id
        agenda_jobs.schedule(Work(session, workspace, NOW), [Job("test", "thing:1", "a", NOW, facts={"after": 500})])
        run_due(Work(session, workspace, NOW))
        (job,) = agenda_jobs.pending_for(Work(session, workspace, NOW), SUBJECTS)
        assert (job.due_at, job.facts) == (LATER, {"after": 0})
