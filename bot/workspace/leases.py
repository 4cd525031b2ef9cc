"""Who drives a workspace: one row each, held for half a minute at a time, with a token that fences late writers.

A row and not an advisory lock, since those do not survive a proxy that pools transactions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot import models
from bot.core.freshness import AHEAD
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import LeaseLost

LIFETIME = timedelta(seconds=30)
"""How long a worker that died keeps its workspaces from the others."""


@dataclass(frozen=True, slots=True)
class HeldLease:
    """The right to drive a workspace until `expires_at`. `token` grows with every change of hands."""

    workspace_id: int
    holder: str
    token: int
    expires_at: datetime


def takeable(session: Session, holder: str, now: datetime) -> list[int]:
    """The workspaces that `holder` may drive: nobody does, the lease is over, or it is theirs already."""
    row = models.Lease
    return list(
        session.scalars(
            select(models.Workspace.id)
            .outerjoin(row, row.workspace_id == models.Workspace.id)
            .where(or_(row.workspace_id.is_(None), _is_over(row.expires_at, now), row.holder == holder))
            .order_by(models.Workspace.id)
        )
    )


def acquire(work: Work, holder: str) -> HeldLease | None:
    """Take a workspace that nobody drives, with the next token; None when someone else drives it.

    A holder who has it already gets it with the same token.
    """
    row = cast(Table, models.Lease.__table__)
    until = work.now + LIFETIME
    insert = insert_for(work.session, row).values(
        workspace_id=work.workspace_id, holder=holder, token=1, expires_at=until
    )
    work.session.execute(insert.on_conflict_do_nothing(index_elements=["workspace_id"]))
    kept = work.session.execute(
        update(row)
        .where(row.c.workspace_id == work.workspace_id, row.c.holder == holder)
        .values(expires_at=until)
        .returning(row.c.token)
    ).first()
    taken = (
        kept
        or work.session.execute(
            update(row)
            .where(row.c.workspace_id == work.workspace_id, _is_over(row.c.expires_at, work.now))
            .values(holder=holder, token=row.c.token + 1, expires_at=until)
            .returning(row.c.token)
        ).first()
    )
    return HeldLease(work.workspace_id, holder, taken[0], until) if taken else None


def _is_over(expires_at: Any, now: datetime) -> ColumnElement[bool]:
    """Also when it ends later than a lease can: it was taken before a clock was put back."""
    over: ColumnElement[bool] = or_(expires_at <= now, expires_at > now + LIFETIME + AHEAD)
    return over


def renew(session: Session, lease: HeldLease, now: datetime) -> HeldLease:
    """Hold on to a lease, even one whose time is over, as long as nobody took it. Raises LeaseLost."""
    row = cast(Table, models.Lease.__table__)
    until = now + LIFETIME
    renewed = session.execute(
        update(row)
        .where(row.c.workspace_id == lease.workspace_id, row.c.token == lease.token, row.c.holder == lease.holder)
        .values(expires_at=until)
        .returning(row.c.token)
    ).first()
    if renewed is None:
        raise LeaseLost(f"workspace {lease.workspace_id} is driven by another worker")
    return replace(lease, expires_at=until)


def release(session: Session, lease: HeldLease, now: datetime) -> None:
    """Let go, so that another worker need not wait. The row stays: its token must never start again."""
    row = cast(Table, models.Lease.__table__)
    session.execute(
        update(row)
        .where(row.c.workspace_id == lease.workspace_id, row.c.token == lease.token, row.c.holder == lease.holder)
        .values(holder="", expires_at=now)
    )


def check(session: Session, lease: HeldLease) -> None:
    """Make sure, until the end of this transaction, that the lease was not taken. Raises LeaseLost.

    The row is locked for sharing, so that a take-over cannot commit in between; on SQLite the transaction that writes
    is the only one anyway. Time plays no part: a lease that is over and that nobody took still fences rightly.
    """
    held = session.execute(_HELD, {"of": lease.workspace_id, "by": lease.holder}).scalar()
    if held != lease.token:
        raise LeaseLost(f"workspace {lease.workspace_id} is driven by another worker")


_L = models.Lease.__table__.c
_HELD = (
    select(_L.token).where(_L.workspace_id == bindparam("of"), _L.holder == bindparam("by")).with_for_update(read=True)
)
