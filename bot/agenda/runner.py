"""The job runner's core: each kind of job has exactly one handler, and what has fallen due is run and completed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob
from bot.db.work import Work

JobHandler = Callable[[Work, Sequence[DueJob]], None]
"""Given the due jobs of its kind: look at the state as it is, post, schedule what comes next.

A handler that has to wait puts its own job off (`jobs.reschedule`); one that does nothing about it lets it be done.
"""

HANDLERS: dict[str, JobHandler] = {}

ReadsAhead = Callable[[Work, DueJob], object]
"""Reads for a due job what takes long, in work that only looks; None where there is nothing to read ahead."""

READS_AHEAD: dict[str, ReadsAhead] = {}
"""Kinds whose handlers find in `work.ahead`, by the job's number, what was read while nobody waited for the writer."""


class Ahead(NamedTuple):
    """What was read for due jobs, by their numbers, and the jobs that the next chunk must wait for."""

    found: dict[int, object]
    left: frozenset[int]


def read_ahead(work: Work, limit: int, is_time_up: Callable[[], bool]) -> Ahead | None:
    """Read what the next chunk needs that takes long; None when nothing is due.

    Always for one job at least. Once time is up, the others that want it are left for the next chunk, so that what is
    due beside them does not wait for all of them.
    """
    due = agenda_jobs.due(work, limit)
    if not due:
        return None
    found: dict[int, object] = {}
    left = set()
    for job in due:
        read = READS_AHEAD.get(job.kind)
        if read is None:
            continue
        if found and is_time_up():
            left.add(job.id)
        elif (seen := read(work, job)) is not None:
            found[job.id] = seen
    return Ahead(found, frozenset(left))


def run_due(work: Work, limit: int = agenda_jobs.CHUNK, but: Collection[int] = ()) -> int:
    """Run one chunk of what has fallen due and complete it, in the caller's transaction; returns its number of jobs.

    `but`: jobs that wait for the next chunk. Raises KeyError when a kind has no handler: such a job must never be
    dropped in silence.
    """
    jobs = [job for job in agenda_jobs.due(work, limit) if job.id not in but]
    by_kind: dict[str, list[DueJob]] = {}
    for job in jobs:
        by_kind.setdefault(job.kind, []).append(job)
    for kind, rows in by_kind.items():
        HANDLERS[kind](work, rows)
    agenda_jobs.complete(work, jobs)
    return len(jobs)
