"""Attempts that were not found and made again: each is looked for some more times, since Slack may accept it late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Delivery, DeliveryDoubt, Post
from bot.posts.queue import IN_DOUBT, DuePost
from bot.workspace import leases
from bot.workspace.leases import HeldLease

PAUSES = (timedelta(seconds=75), timedelta(minutes=8), timedelta(minutes=45))
"""How long after it was sent anew it is looked for, and how long after each look again: within the hour in which
`Sender.find` looks."""

MOST = 10

table = cast(Table, DeliveryDoubt.__table__)
post, delivery = cast(Table, Post.__table__), cast(Table, Delivery.__table__)

# Built once: each look of the deliverer asks these.
_FIRST_AT = select(func.min(table.c.look_at)).where(table.c.workspace_id == bindparam("of"))
_DUE = (
    select(table, post.c.key, delivery.c.sent_channel, delivery.c.ts, delivery.c.state)
    .join(delivery, delivery.c.id == table.c.delivery_id)
    .join(post, post.c.id == delivery.c.post_id)
    .where(table.c.workspace_id == bindparam("of"), table.c.look_at <= bindparam("now"))
    .order_by(table.c.look_at)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt that may still get through, and where its delivery stands by now, if it does.

    `attempted_at` is by Slack's clock. `is_underway`: another attempt is, or nobody knows yet how it ended.
    `is_waiting`: it is to be sent to the same place.
    """

    id: int
    delivery_id: int
    key: str
    channel: str
    thread_ts: str | None
    attempted_at: datetime
    looks: int
    stands_in: str | None
    stands_at: str | None
    is_underway: bool
    is_waiting: bool


def remember(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    """The last attempt at a delivery was not found, and it is about to be sent anew."""
    assert due.sent_channel is not None
    row = {
        "workspace_id": lease.workspace_id,
        "delivery_id": due.id,
        "channel": due.sent_channel,
        "thread_ts": due.sent_thread or due.thread_at(due.sent_channel),
        "attempted_at": due.attempted_at,
        "look_at": now + PAUSES[0],
        "looks": 0,
    }
    session.execute(insert(table).values(row))


def first_at(work: Work) -> datetime | None:
    """When the first one is to be looked for."""
    at: datetime | None = work.rows(_FIRST_AT).scalar()
    return at


def due(work: Work) -> list[Doubt]:
    """Those that are to be looked for now, oldest first, a few at a time."""
    rows = work.rows(_DUE, now=work.now)
    return [
        Doubt(
            id=row.id,
            delivery_id=row.delivery_id,
            key=row.key,
            channel=row.channel,
            thread_ts=row.thread_ts,
            attempted_at=row.attempted_at,
            looks=row.looks,
            stands_in=row.sent_channel,
            stands_at=row.ts,
            is_underway=row.ts is None and row.state in IN_DOUBT,
            is_waiting=row.ts is None and row.state == "waiting" and row.sent_channel in (None, row.channel),
        )
        for row in rows
    ]


def looked(session: Session, lease: HeldLease, doubt: Doubt, now: datetime) -> None:
    """It was looked for; what stood twice is gone. After the last look it is no longer in doubt."""
    leases.check(session, lease)
    if doubt.looks + 1 >= len(PAUSES):
        session.execute(delete(table).where(_this(lease, doubt)))
        return
    again = {"look_at": now + PAUSES[doubt.looks + 1], "looks": doubt.looks + 1}
    session.execute(update(table).where(_this(lease, doubt)).values(again))


def put_off(session: Session, lease: HeldLease, doubt: Doubt, until: datetime) -> None:
    """It could not be looked for now."""
    leases.check(session, lease)
    session.execute(update(table).where(_this(lease, doubt)).values(look_at=until))


def doubt_again(session: Session, lease: HeldLease, doubt: Doubt, now: datetime) -> None:
    """The message is there after all, and its post was not yet sent anew: have the post adopt it."""
    leases.check(session, lease)
    session.execute(
        update(delivery)
        .where(
            is_row(delivery.c, lease.workspace_id, doubt.delivery_id),
            delivery.c.ts.is_(None),
            delivery.c.state == "waiting",
        )
        .values(
            state="unknown",
            sent_channel=doubt.channel,
            sent_thread=doubt.thread_ts,
            attempted_at=doubt.attempted_at,
            due_at=now,
        )
    )
    session.execute(delete(table).where(_this(lease, doubt)))


def _this(lease: HeldLease, doubt: Doubt) -> Any:
    return is_row(table.c, lease.workspace_id, doubt.id)
