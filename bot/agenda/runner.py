"""The job runner's core: each kind of job has exactly one handler, and what has fallen due is run and completed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import DueJob
from bot.db.work import Work

JobHandler = Callable[[Work, Sequence[DueJob]], None]
"""Given the due jobs of its kind: look at the state as it is, post, schedule what comes next.

A handler that has to wait puts its own job off (`jobs.reschedule`); one that does nothing about it lets it be done.
"""

HANDLERS: dict[str, JobHandler] = {}


def run_due(work: Work, limit: int = agenda_jobs.CHUNK) -> int:
    """Run one chunk of what has fallen due and complete it, in the caller's transaction; returns its number of jobs.

    Raises KeyError when a kind has no handler: such a job must never be dropped in silence.
    """
    jobs = agenda_jobs.due(work, limit)
    by_kind: dict[str, list[DueJob]] = {}
    for job in jobs:
        by_kind.setdefault(job.kind, []).append(job)
    for kind, rows in by_kind.items():
        HANDLERS[kind](work, rows)
    agenda_jobs.complete(work, jobs)
    return len(jobs)
