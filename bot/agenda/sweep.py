"""The nightly pass over all accounts, a page at a time, in constant memory.

A page is a thought that plans the next one; so a pass that was cut off goes on where it was, and other thoughts have
their turn between two pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import Due, Thought
from bot.core.calendar import local_date, local_moment
from bot.db.scope import within
from bot.models import Account, AgendaRow, Workspace

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
"""What is done to each page, in this order; features.py fills fills it."""


def begin(session: Session, workspace_id: int, now: datetime) -> None:
    """Begin the first pass now, when none is planned yet. Called at every start."""
    open_row = select(AgendaRow.id).where(
        AgendaRow.workspace_id == workspace_id,
        AgendaRow.kind == KIND,
        AgendaRow.subject == _subject(workspace_id),
        AgendaRow.handled_at.is_(None),
    )
    if session.scalar(open_row.limit(1)) is None:
        jobs.plan(session, workspace_id, [_page(workspace_id, now.isoformat(), 0, now)])


def think_nightly(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Do one page, and plan the next: the following page at once, or after the last one the next night."""
    if any(int(due.facts["after"]) == 0 for due in rows):
        for begin_with in FIRST:
            begin_with(session, workspace_id, now)
    row = max(rows, key=lambda due: int(due.facts["after"]))
    ids = page_after(session, workspace_id, int(row.facts["after"]), PAGE)
    for work in PAGES if ids else ():
        work(session, workspace_id, ids, now)
    _forget(session, workspace_id)
    if len(ids) == PAGE:
        began = row.slot.partition(">")[0]
        jobs.plan(session, workspace_id, [_page(workspace_id, f"{began}>{ids[-1]}", ids[-1], now)])
    else:
        at = _next_night(session, workspace_id, now)
        jobs.plan(session, workspace_id, [_page(workspace_id, at.isoformat(), 0, at)])


def page_after(session: Session, workspace_id: int, after: int, size: int) -> list[int]:
    """The ids of the next active accounts after this one, at most `size`."""
    statement = (
        select(Account.id)
        .where(within(Account.workspace_id, workspace_id), Account.is_active.is_(True), Account.id > after)
        .order_by(Account.id)
        .limit(size)
    )
    return list(session.scalars(statement))


def _page(workspace_id: int, slot: str, after: int, at: datetime) -> Thought:
    return Thought(KIND, _subject(workspace_id), slot, at, LAST, {"after": after})


def _subject(workspace_id: int) -> str:
    return f"workspace:{workspace_id}"


def _next_night(session: Session, workspace_id: int, now: datetime) -> datetime:
    zone = session.scalars(select(Workspace.timezone).where(Workspace.id == workspace_id)).one()
    today = local_date(now, zone)
    tonight = local_moment(today, NIGHT, zone)
    return tonight if tonight > now else local_moment(today + timedelta(days=1), NIGHT, zone)


def _forget(session: Session, workspace_id: int) -> None:
    # A pass over a million accounts leaves a thousand thoughts behind, and nobody will ask about them.
    session.execute(
        delete(AgendaRow).where(
            AgendaRow.workspace_id == workspace_id,
            AgendaRow.kind == KIND,
            AgendaRow.subject == _subject(workspace_id),
            AgendaRow.handled_at.is_not(None),
        )
    )
