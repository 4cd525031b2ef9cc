"""Who drives a workspace: one row each, held for half a minute at a time, with a token that fences late writers.

A row and not an advisory lock, since those do not survive a proxy that pools transactions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot import models
from bot.core.freshness import AHEAD
from bot.db.upsert import dialect_of, insert_into
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
    given = {"by": holder, "now": now, "too_late": now + LIFETIME + AHEAD}
    return list(session.execute(_TAKEABLE, given).scalars())


def acquire(work: Work, holder: str) -> HeldLease | None:
    """Take a workspace that nobody drives, with the next token; None when someone else drives it.

    A holder who has it already gets it with the same token.
    """
    until = work.now + LIFETIME
    first = {"workspace_id": work.workspace_id, "holder": holder, "token": 1, "expires_at": until}
    work.rows(_first(dialect_of(work.session)), **first)
    over = {"now": work.now, "too_late": work.now + LIFETIME + AHEAD}
    kept = work.rows(_KEEP, by=holder, until=until).first()
    taken = kept or work.rows(_TAKE, by=holder, until=until, **over).first()
    return HeldLease(work.workspace_id, holder, taken[0], until) if taken else None


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


@cache
def _first(dialect: str) -> Any:
    return insert_into(models.Lease.__table__, dialect).on_conflict_do_nothing(index_elements=["workspace_id"])


# Built once: each step asks who drives.
_L, _W = models.Lease.__table__.c, models.Workspace.__table__.c
# Also when it ends later than a lease can: it was taken before a clock was put back.
_IS_OVER = or_(_L.expires_at <= bindparam("now"), _L.expires_at > bindparam("too_late"))
_TAKEABLE = (
    select(_W.id)
    .outerjoin_from(models.Workspace.__table__, models.Lease.__table__, _L.workspace_id == _W.id)
    .where(or_(_L.workspace_id.is_(None), _IS_OVER, _L.holder == bindparam("by")))
    .order_by(_W.id)
)
_OF_IT = update(cast(Table, models.Lease.__table__)).where(_L.workspace_id == bindparam("of")).returning(_L.token)
_KEEP = _OF_IT.where(_L.holder == bindparam("by")).values(expires_at=bindparam("until"))
_TAKE = _OF_IT.where(_IS_OVER).values(holder=bindparam("by"), token=_L.token + 1, expires_at=bindparam("until"))
_HELD = (
    select(_L.token).where(_L.workspace_id == bindparam("of"), _L.holder == bindparam("by")).with_for_update(read=True)
)
