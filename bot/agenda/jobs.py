"""The agenda: future jobs in the database. Schedule one, move it, cancel it, complete it; see what is due and pending.

A row is unique among open rows on (workspace, kind, subject, dedupe key). What is done stays as history for a while and
blocks nothing: whoever must know whether something was said already asks their own facts.

A job runs in the transaction that completes it. Each time an open row is asked for or moved its `revision` grows, and
only the revision that was run is completed: what is asked for while a job runs, in its own transaction or in another,
is never lost with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, literal_column, select, update

from bot.db.bulk import run_many
from bot.db.scope import within
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.models import JobRow
from bot.models.agenda import UNHANDLED

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at `due_at`. `subject` is "noun:id"; `dedupe_key` tells apart what one kind has open there.

    `urgency`: lower runs first among jobs due at the same moment (days left is a good one).
    """

    kind: str
    subject: str
    dedupe_key: str
    due_at: datetime
    urgency: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DueJob:
    """An open row of the agenda, as it was read. `failures`: how often running it has failed since it was moved."""

    id: int
    kind: str
    subject: str
    dedupe_key: str
    due_at: datetime
    urgency: int
    facts: Mapping[str, Any]
    failures: int = 0
    revision: int = 0

    @property
    def subject_id(self) -> int:
        """The number behind the noun: 812 of "renewal:812"."""
        return int(self.subject.partition(":")[2])

    def moved_to(self, at: datetime, urgency: int | None = None, facts: Mapping[str, Any] | None = None) -> DueJob:
        """The same job at another moment, for `reschedule`; urgency and facts stay unless they are given."""
        return replace(
            self,
            due_at=at,
            urgency=self.urgency if urgency is None else urgency,
            facts=self.facts if facts is None else facts,
        )


_TABLE = JobRow.__table__
_C = _TABLE.c
_READ = tuple(_C[name] for name in DueJob.__slots__)
_KEY = ("workspace_id", "kind", "subject", "dedupe_key")


def schedule(work: Work, jobs: Sequence[Job], keep: bool = False) -> None:
    """Put jobs on the agenda. One that is open already moves to the new moment, with the new urgency and facts.

    `keep`: one that is open already stays as it is, for what may be asked for again and again and is due once. A
    handler does not use it for its own job, which would then be due again at once.
    """
    rows = [
        {
            "workspace_id": work.workspace_id,
            "kind": job.kind,
            "subject": job.subject,
            "dedupe_key": job.dedupe_key,
            "due_at": job.due_at,
            "urgency": job.urgency,
            "facts": dict(job.facts),
            "handled_at": None,
        }
        for job in jobs
    ]
    run_many(work.session, _schedule(dialect_of(work.session), keep), rows)


@cache
def _schedule(dialect: str, keep: bool) -> Any:
    statement = insert_into(_TABLE, dialect)
    new = statement.excluded
    moved = {"due_at": new.due_at, "urgency": new.urgency, "facts": new.facts, "failures": 0}
    return statement.on_conflict_do_update(
        index_elements=_KEY, index_where=UNHANDLED, set_={"revision": _C.revision + 1, **({} if keep else moved)}
    )


def reschedule(work: Work, jobs: Sequence[DueJob]) -> None:
    """Move open jobs to the moments that they carry now (`DueJob.moved_to`): a snooze, a put-off, a next page.

    One that was moved, asked for or cancelled since it was read stays as that left it.
    """
    rows = [
        {
            "of": work.workspace_id,
            "row": job.id,
            "was": job.revision,
            "at": job.due_at,
            "new_urgency": job.urgency,
            "new_facts": dict(job.facts),
        }
        for job in jobs
    ]
    run_many(work.session, _MOVE, rows)


_MINE = (_C.workspace_id == bindparam("of"), _C.id == bindparam("row"), _C.revision == bindparam("was"))
_MOVE = (
    update(_TABLE)  # type: ignore[arg-type]
    .where(*_MINE, _C.handled_at.is_(None))
    .values(
        due_at=bindparam("at"),
        urgency=bindparam("new_urgency"),
        facts=bindparam("new_facts"),
        failures=0,
        revision=_C.revision + 1,
    )
)


def due(work: Work, limit: int = CHUNK) -> list[DueJob]:
    """The open jobs that have fallen due, oldest and most urgent first; `limit` rows at most."""
    return [DueJob(*row) for row in work.rows(_DUE, now=work.now, limit=limit)]


_DUE = (
    select(*_READ)
    .where(_C.workspace_id == bindparam("of"), literal_column("handled_at").is_(None), _C.due_at <= bindparam("now"))
    .order_by(_C.due_at, _C.urgency)
    .limit(bindparam("limit"))
)


def complete(work: Work, jobs: Sequence[DueJob]) -> None:
    """Mark jobs as done. One that was moved or asked for since it was read stays open."""
    if dialect_of(work.session) == "sqlite":
        rows = [{"of": work.workspace_id, "row": job.id, "was": job.revision, "now": work.now} for job in jobs]
        run_many(work.session, _COMPLETE, rows)
        return
    ids: dict[int, list[int]] = defaultdict(list)
    for job in jobs:
        ids[job.revision].append(job.id)
    for revision, some in ids.items():
        work.session.execute(_COMPLETE_ALL, {"of": work.workspace_id, "rows": some, "was": revision, "now": work.now})


_COMPLETE = update(_TABLE).where(*_MINE).values(handled_at=bindparam("now"))  # type: ignore[arg-type]
_SAME = _TABLE.alias().c
# Whoever asks for a job at this moment holds its row: it is left to them, and waited for by nobody.
_FREE = (
    select(_SAME.id)
    .where(
        _SAME.workspace_id == bindparam("of"),
        _SAME.id.in_(bindparam("rows", expanding=True)),
        _SAME.revision == bindparam("was"),
    )
    .with_for_update(skip_locked=True)
)
_COMPLETE_ALL = (
    update(_TABLE)  # type: ignore[arg-type]
    .where(within(_C.workspace_id, bindparam("of")), _C.id.in_(_FREE))
    .values(handled_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def next_due(work: Work) -> datetime | None:
    """When the next job falls due, if there is one."""
    at: datetime | None = work.rows(_NEXT_DUE).scalar()
    return at


_NEXT_DUE = select(func.min(_C.due_at)).where(
    _C.workspace_id == bindparam("of"), literal_column("handled_at").is_(None)
)


def pending_for(work: Work, subjects: Collection[str], kinds: Collection[str] = ()) -> list[DueJob]:
    """The open jobs of these subjects, soonest first; of these kinds alone, if any are named."""
    given = {"subjects": list(subjects)}
    rows = work.rows(_PENDING_OF, kinds=list(kinds), **given) if kinds else work.rows(_PENDING, **given)
    # Not ordered by due_at in SQL: SQLite would then walk the index of all that is ever due.
    return sorted((DueJob(*row) for row in rows), key=lambda job: (job.due_at, job.id))


def missing(work: Work, jobs: Sequence[Job]) -> list[Job]:
    """Those of these jobs that do not wait already: a night, which looks at every account, writes only what is new."""
    waiting = pending_for(work, {job.subject for job in jobs}, {job.kind for job in jobs})
    there = {(one.kind, one.subject, one.dedupe_key) for one in waiting}
    return [job for job in jobs if (job.kind, job.subject, job.dedupe_key) not in there]


_PENDING = select(*_READ).where(
    _C.workspace_id == bindparam("of"),
    _C.subject.in_(bindparam("subjects", expanding=True)),
    _C.handled_at.is_(None),
)
_PENDING_OF = _PENDING.where(_C.kind.in_(bindparam("kinds", expanding=True)))


def retry_at(work: Work, job: DueJob, at: datetime) -> None:
    """Let a job that failed rest until another moment, and count that it did."""
    work.session.execute(
        update(JobRow)
        .where(JobRow.workspace_id == work.workspace_id, JobRow.id == job.id)
        .values(due_at=at, failures=JobRow.failures + 1)
    )


def failing(work: Work) -> list[tuple[str, int]]:
    """The kinds of open jobs that failed and rest, with how many of each."""
    rows = work.session.execute(
        work.select(JobRow.kind, func.count())
        .where(JobRow.handled_at.is_(None), JobRow.failures > 0)
        .group_by(JobRow.kind)
        .order_by(JobRow.kind)
    )
    return [(kind, count) for kind, count in rows]


def cancel(work: Work, kinds: Collection[str], subjects: Collection[str]) -> None:
    """Take the open jobs of these kinds about these subjects off the agenda."""
    if subjects:
        work.session.execute(
            delete(JobRow).where(
                JobRow.workspace_id == work.workspace_id,
                JobRow.kind.in_(kinds),
                JobRow.subject.in_(subjects),
                JobRow.handled_at.is_(None),
            )
        )


__all__ = [
    "CHUNK",
    "DueJob",
    "Job",
    "cancel",
    "complete",
    "due",
    "failing",
    "next_due",
    "pending_for",
    "reschedule",
    "retry_at",
    "schedule",
]
