"""The job runner of one workspace: everything that has fallen due is run, in chunks, and no job stops the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy.exc import OperationalError

from bot.agenda import jobs
from bot.agenda.jobs import CHUNK
from bot.agenda.runner import read_ahead, run_due
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import LeaseLost
from bot.posts import dead_letters
from bot.workspace import leases
from bot.workspace.leases import HeldLease

log = logging.getLogger(__name__)

WHILE_OTHERS_WAIT = 20
"""Jobs that are taken on at once while somebody waits to write."""

READING_SECONDS = 2.0
"""Seconds for which one chunk reads ahead for jobs that need it, before the rest waits for the next."""

FIRST_REST = timedelta(minutes=15)
LONGEST_REST = timedelta(days=1)

NOT_THE_JOBS_FAULT = (LeaseLost, OperationalError)
"""The lease went, or the database did not answer, was locked or found a deadlock: the next tick tries again."""


class JobRunner:
    """Runs the jobs of one workspace. One thread at a time."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        lease: Callable[[], HeldLease],
        workspace_id: int,
        chunk: int = CHUNK,
    ) -> None:
        self._db = db
        self._clock = clock
        self._lease = lease
        self._workspace_id = workspace_id
        self._chunk = chunk
        self._waits = db.waits
        self._size = WHILE_OTHERS_WAIT

    def run(self, stopping: Callable[[], bool]) -> int:
        """Run jobs until nothing is due; returns how many. Raises LeaseLost when another worker drives."""
        total = 0
        while not stopping():
            done = self.run_chunk()
            total += done
            if done == 0:
                break
        return total

    def run_chunk(self) -> int:
        """Run one chunk in one transaction, or, when that fails, its rows one by one; 0 when nothing is due."""
        try:
            handled = self._run_due(self._next_size())
            if not handled:
                self._size = WHILE_OTHERS_WAIT
            return handled
        except NOT_THE_JOBS_FAULT:
            raise
        except Exception:
            log.warning("workspace %d: a chunk of jobs failed, trying them one by one", self._workspace_id)
            return self._one_by_one()

    def next_due(self) -> datetime | None:
        """When the next job falls due."""
        with Work.reading(self._db, self._workspace_id, self._clock()) as work:
            return jobs.next_due(work)

    def _next_size(self) -> int:
        """How many jobs to take on: few at first, and while somebody waits for the writer's place that each chunk
        takes; then twice as many with every chunk for which nobody waited."""
        before, self._waits = self._waits, self._db.waits
        self._size = min(self._chunk, self._size * 2 if self._waits == before else WHILE_OTHERS_WAIT)
        return self._size

    def _run_due(self, limit: int) -> int:
        now = self._clock()
        until = monotonic() + READING_SECONDS
        with Work.reading(self._db, self._workspace_id, now) as work:
            # Looking costs no writer's place: most ticks find nothing.
            ahead = read_ahead(work, limit, lambda: monotonic() > until)
        if ahead is None:
            return 0
        lease = self._lease()
        at_once = max(limit, WHILE_OTHERS_WAIT)
        with Work.writing(self._db, self._workspace_id, now, at_once=at_once, ahead=ahead.found) as work:
            leases.check(work.session, lease)
            return run_due(work, limit, ahead.left)

    def _one_by_one(self) -> int:
        handled = 0
        for _ in range(self._chunk):
            try:
                done = self._run_due(1)
            except NOT_THE_JOBS_FAULT:
                raise
            except Exception as error:
                done = self._back_off(error)
            handled += done
            if done == 0:
                break
        return handled

    def _back_off(self, error: Exception) -> int:
        """Put off the first due job, which failed: it comes again in a quarter of an hour, then later and later."""
        now = self._clock()
        lease = self._lease()
        with Work.writing(self._db, self._workspace_id, now) as work:
            leases.check(work.session, lease)
            first = jobs.due(work, limit=1)
            if not first:
                return 0
            row = first[0]
            rest = min(FIRST_REST * 2 ** min(row.failures, 10), LONGEST_REST)
            jobs.retry_at(work, row, now + rest)
            dead_letters.announce_failure(work.session, lease, row.kind, now)
        log.error(
            "job %d (%s, %s) failed and rests until %s", row.id, row.kind, row.subject, now + rest, exc_info=error
        )
        return 1
