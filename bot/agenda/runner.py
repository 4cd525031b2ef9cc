"""The table of thoughts: each kind of agenda row has exactly one function that thinks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import Due

Think = Callable[[Session, int, Sequence[Due], datetime], None]
"""(session, workspace id, the due rows of this kind, now): look at the state as it is, post, plan what comes next."""

THINKERS: dict[str, Think] = {}


def think_due(session: Session, workspace_id: int, now: datetime, limit: int = jobs.CHUNK) -> int:
    """Think one chunk of what has fallen due and close it, in the caller's transaction; returns its number of rows.

    Raises KeyError when a kind has no function: such a row must never be dropped in silence.
    """
    rows = jobs.due(session, workspace_id, now, limit)
    by_kind: dict[str, list[Due]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for kind, due in by_kind.items():
        THINKERS[kind](session, workspace_id, due, now)
    jobs.close(session, [row.id for row in rows], now)
    return len(rows)
