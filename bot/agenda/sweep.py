"""The nightly pass over all accounts, a page at a time, in constant memory.

The job moves on from page to page; so a pass that was cut off goes on where it was, and other jobs have their turn
between two pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import bindparam, select

from bot.agenda import jobs
from bot.agenda.job_kinds import UpkeepJob
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date, local_moment
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Workspace

PAGE = 250
"""Accounts in one transaction at most: on SQLite whoever writes meanwhile waits for it."""
NIGHT = time(2, 30)
LAST = 2000
"""Urgency: everything else that is due at the same moment comes first."""

PageOf = Callable[[Work, Sequence[int]], None]
"""Given the ids of active accounts: look at them and do what the night asks for."""

FIRST: list[Callable[[Work], None]] = []
"""What is done once as a night begins: `at_night` of every feature, in their order."""

PAGES: list[PageOf] = []
"""What is done to each page: `each_night` of every feature, in their order."""


def begin(work: Work) -> None:
    """Begin the first pass now, when none is planned yet. Called at every start."""
    job = Job(UpkeepJob.NIGHTLY, f"workspace:{work.workspace_id}", "", work.now, LAST, {"after": 0})
    jobs.schedule(work, [job], keep=True)


def run_nightly(work: Work, rows: Sequence[DueJob]) -> None:
    """Do one page, and move on to the next: the following page at once, or after the last one the next night."""
    row = rows[-1]
    after = int(row.facts["after"])
    if after == 0:
        for begin_with in FIRST:
            begin_with(work)
    size = page_size(work)
    ids = page_after(work, after, size)
    for sweep_page in PAGES if ids else ():
        sweep_page(work, ids)
    if len(ids) == size:
        following = row.moved_to(work.now, facts={"after": ids[-1]})
    else:
        following = row.moved_to(_next_night(work), facts={"after": 0})
    jobs.reschedule(work, [following])


def page_size(work: Work) -> int:
    """Accounts of the next page: fewer while somebody waits to write."""
    return min(PAGE, work.at_once)


def page_after(work: Work, after: int, size: int) -> list[int]:
    """The ids of the next active accounts after this one, at most `size`."""
    return list(work.rows(_PAGE, after=after, size=size).scalars())


_A = Account.__table__.c
_PAGE = (
    select(_A.id)
    .where(within(_A.workspace_id, bindparam("of")), _A.is_active.is_(True), _A.id > bindparam("after"))
    .order_by(_A.id)
    .limit(bindparam("size"))
)


def _next_night(work: Work) -> datetime:
    zone = work.session.scalars(select(Workspace.timezone).where(Workspace.id == work.workspace_id)).one()
    today = local_date(work.now, zone)
    tonight = local_moment(today, NIGHT, zone)
    return tonight if tonight > work.now else local_moment(today + timedelta(days=1), NIGHT, zone)
