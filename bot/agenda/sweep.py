"""The nightly pass over all accounts, a page at a time, in constant memory.

The job moves on from page to page; so a pass that was cut off goes on where it was, and other jobs have their turn
between two pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date, local_moment
from bot.db.scope import within
from bot.models import Account, Workspace

KIND = "nightly"
PAGE = 250
"""Accounts in one transaction: on SQLite whoever writes meanwhile waits for it, a few hundredths of a second."""
NIGHT = time(2, 30)
LAST = 2000
"""Urgency: everything else that is due at the same moment comes first."""

PageOf = Callable[[Session, int, Sequence[int], datetime], None]
"""(session, workspace id, ids of active accounts, now): look at these accounts and do what the night asks for."""

FIRST: list[Callable[[Session, int, datetime], None]] = []
"""(session, workspace id, now): what is done once as a night begins; bot/features.py fills it."""

PAGES: list[PageOf] = []
"""What is done to each page, in this order; bot/features.py fills it."""


def begin(session: Session, workspace_id: int, now: datetime) -> None:
    """Begin the first pass now, when none is planned yet. Called at every start."""
    job = Job(KIND, f"workspace:{workspace_id}", "", now, LAST, {"after": 0})
    jobs.schedule(session, workspace_id, [job], keep=True)


def run_nightly(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Do one page, and move on to the next: the following page at once, or after the last one the next night."""
    row = rows[-1]
    after = int(row.facts["after"])
    if after == 0:
        for begin_with in FIRST:
            begin_with(session, workspace_id, now)
    ids = page_after(session, workspace_id, after, PAGE)
    for sweep_page in PAGES if ids else ():
        sweep_page(session, workspace_id, ids, now)
    if len(ids) == PAGE:
        following = row.moved_to(now, facts={"after": ids[-1]})
    else:
        following = row.moved_to(_next_night(session, workspace_id, now), facts={"after": 0})
    jobs.reschedule(session, workspace_id, [following])


def page_after(session: Session, workspace_id: int, after: int, size: int) -> list[int]:
    """The ids of the next active accounts after this one, at most `size`."""
    statement = (
        select(Account.id)
        .where(within(Account.workspace_id, workspace_id), Account.is_active.is_(True), Account.id > after)
        .order_by(Account.id)
        .limit(size)
    )
    return list(session.scalars(statement))


def _next_night(session: Session, workspace_id: int, now: datetime) -> datetime:
    zone = session.scalars(select(Workspace.timezone).where(Workspace.id == workspace_id)).one()
    today = local_date(now, zone)
    tonight = local_moment(today, NIGHT, zone)
    return tonight if tonight > now else local_moment(today + timedelta(days=1), NIGHT, zone)
