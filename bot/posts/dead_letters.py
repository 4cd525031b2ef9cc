"""Dead letters: posts that are not sent as they were meant, told to someone else, or given up and told to an admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import Table, case, func, insert, select, update
from sqlalchemy.orm import Session

from bot.core.audience import Why
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Channel, Delivery, Member, Post, Workspace
from bot.models.post import DeliveryRole
from bot.posts import kinds, outgoing, relocate
from bot.posts.audience import Drop, Reroute
from bot.posts.notices import Notice
from bot.posts.outgoing import OutgoingPost
from bot.posts.placing import ANSWER
from bot.posts.queue import IN_DOUBT, DuePost
from bot.workspace import hours as workspace_hours
from bot.workspace import leases
from bot.workspace.leases import HeldLease

ABOUT_DELIVERY = ("notice:dead_posts:", "notice:workspace_stopped:", "notice:job_failed:")
"""Messages about messages: when one of these cannot be sent, telling so by another would never end."""

post, delivery = cast(Table, Post.__table__), cast(Table, Delivery.__table__)


_NOWHERE: Mapping[str, Any] = {
    "is_wanted": True,
    "ts": None,
    "sent_revision": 0,
    "sent_channel": None,
    "attempts": 0,
    "attempted_at": None,
    "error": None,
}
"""What a row says of a message that stands nowhere."""


@dataclass(frozen=True, slots=True)
class DeadPost:
    """A message that was given up: where it was meant to go, why it could not, since when."""

    id: int
    key: str
    kind: str
    channel: str | None
    recipient: str | None
    reason: str
    created_at: datetime


def listed(work: Work, limit: int = 20) -> list[DeadPost]:
    """The messages that were given up, newest first."""
    to = (delivery.c.channel, delivery.c.recipient, delivery.c.error)
    rows = work.session.execute(
        select(delivery.c.id, post.c.key, post.c.kind, *to, post.c.created_at)
        .join(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.workspace_id == work.workspace_id, delivery.c.state == "dead")
        .order_by(delivery.c.id.desc())
        .limit(limit)
    )
    return [DeadPost(*row) for row in rows]


def count(work: Work) -> int:
    """How many messages were given up."""
    return (
        work.session.scalar(
            select(func.count()).where(delivery.c.workspace_id == work.workspace_id, delivery.c.state == "dead")
        )
        or 0
    )


def requeue(work: Work, delivery_id: int | None = None) -> int:
    """Try given-up messages once more, after someone mended what was wrong; returns how many.

    All of them, or one with the card above it and the lines below it. One whose last attempt nobody saw the end of is
    looked for first.
    """
    chosen = [delivery.c.workspace_id == work.workspace_id, delivery.c.state == "dead"]
    if delivery_id is not None:
        key, card = work.session.execute(
            select(post.c.key, post.c.thread_of)
            .join(delivery, delivery.c.post_id == post.c.id)
            .where(post.c.workspace_id == work.workspace_id, is_row(delivery.c, work.workspace_id, delivery_id))
        ).first() or ("", None)
        with_it = (post.c.key == key) | (post.c.thread_of == key) | (post.c.key == (card or key))
        chosen.append(
            delivery.c.post_id.in_(select(post.c.id).where(post.c.workspace_id == work.workspace_id, with_it))
        )
    state = case((delivery.c.ts.is_(None) & delivery.c.attempted_at.is_not(None), "unknown"), else_="waiting")
    again = {"state": state, "attempts": 0, "due_at": work.now, "error": None}
    return len(work.session.execute(update(delivery).where(*chosen).values(**again).returning(delivery.c.id)).all())


def give_up(session: Session, lease: HeldLease, due: DuePost, reason: str, now: datetime) -> None:
    """A message cannot be sent, and its lines with it. Admins are told, once a day for each reason."""
    leases.check(session, lease)
    _mark_dead(Work(session, lease.workspace_id, now), due, reason)
    if not due.key.startswith(ABOUT_DELIVERY):
        _tell_admins(Work(session, lease.workspace_id, now), "dead_posts", reason)


def tell_owner(
    session: Session, lease: HeldLease, due: DuePost, why: Why, reason: str, now: datetime, is_left: bool = False
) -> bool:
    """Tell the owner directly, when they work next, what may not or cannot be said in the channel.

    False, and given up, when there is no owner. `why` is shown to the owner; `reason` is what admins read if it is
    given up. `is_left`: it stands in the channel still, without its words.
    """
    leases.check(session, lease)
    if due.owner is None or due.recipient is not None:
        give_up(session, lease, due, reason, now)
        return False
    is_own = due.kind == ANSWER or due.caused_by == due.owner
    there: dict[str, Any] = {
        "recipient": due.owner,
        "reroute_reason": why,
        "state": "waiting",
        "due_at": now if is_own else reachable_at(session, lease, due.owner, now),
    }
    if due.ts is not None and (why is Why.UNREACHABLE or is_left):
        # It cannot be taken away now, and is, should others come to read there.
        relocate.retire(
            Work(session, lease.workspace_id, now), due.id, is_told=False, state="blanked" if is_left else "sent"
        )
        place = {"workspace_id": lease.workspace_id, "post_id": due.post_id, "role": DeliveryRole.HOME, "nth": 0}
        there |= place | {"channel": due.channel, "thread_of": due.thread_of, "is_wanted": True}
        session.execute(insert(delivery).values(**there, attempts=0, sent_revision=0))
    else:
        session.execute(
            update(delivery).where(is_row(delivery.c, lease.workspace_id, due.id)).values(**_NOWHERE, **there)
        )
    return True


def taken_out(
    session: Session, lease: HeldLease, due: DuePost, decision: Reroute | Drop, reason: str, now: datetime
) -> None:
    """It was taken out of its channel. What lives on goes to its owner, or back if the channel is open again."""
    leases.check(session, lease)
    # Locked like this: who opens the channel afterwards finds where it went.
    closed = select(Channel.closed_at).where(
        Channel.workspace_id == lease.workspace_id, Channel.slack_id == due.sent_channel
    )
    is_open = session.scalar(closed.with_for_update(read=True)) is None
    if isinstance(decision, Reroute) and is_open:
        session.execute(
            update(delivery)
            .where(is_row(delivery.c, lease.workspace_id, due.id))
            .values(**_NOWHERE, state="waiting", due_at=now)
        )
    elif isinstance(decision, Reroute):
        reroute(session, lease, due, decision, reason, now)
    elif decision.is_loss:
        give_up(session, lease, due, reason, now)
    else:
        retract(session, lease, due)


def reroute(session: Session, lease: HeldLease, due: DuePost, to: Reroute, reason: str, now: datetime) -> None:
    """Tell directly what may not or cannot be said in the channel: its owner, and the others in copies of their own.

    Each when they work next. With neither owner nor others it is given up, for `reason`.
    """
    if to.owner is None and to.others:
        retract(session, lease, due)
    else:
        tell_owner(session, lease, due, to.why, reason, now)
    # What was wanted meanwhile is copied too.
    mine = is_row(post.c, lease.workspace_id, due.post_id)
    facts = session.scalar(select(post.c.facts).where(mine).with_for_update()) or {}
    copies = [
        OutgoingPost(f"{due.key}:{one}", due.kind, copied, recipient=one, by=due.caused_by)
        for one, copied in kinds.of(due.kind).copies(facts).items()
        if one != to.owner
    ]
    outgoing.put(Work(session, lease.workspace_id, now), copies, is_once=True)


def keep_until(session: Session, lease: HeldLease, due: DuePost, at: datetime) -> None:
    """Keep a direct message until its reader may be spoken to; that is no failure, and counts as none."""
    leases.check(session, lease)
    session.execute(update(delivery).where(is_row(delivery.c, lease.workspace_id, due.id)).values(due_at=at))


def reachable_at(session: Session, lease: HeldLease, slack_id: str, now: datetime) -> datetime:
    """When a direct message may reach this person: now, or when they are at work next; at once if nobody knows them."""
    hours = workspace_hours.of_people(Work(session, lease.workspace_id, now), [slack_id]).get(slack_id)
    return hours.next_open(now) if hours else now


def move_parent(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    """The thread cannot be reached: have its card looked at first; the line waits until the card stands elsewhere."""
    leases.check(session, lease)
    its_post = select(delivery.c.post_id).where(is_row(delivery.c, lease.workspace_id, due.parent_id))
    session.execute(
        update(post)
        .where(post.c.workspace_id == lease.workspace_id, post.c.id == its_post.scalar_subquery())
        .values(revision=post.c.revision + 1)
    )
    session.execute(
        update(delivery)
        .where(is_row(delivery.c, lease.workspace_id, due.parent_id))
        .values(state="waiting", due_at=now)
    )


def forget_parent(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    """Someone deleted the card under which the line belongs: post the card anew, the line follows it."""
    leases.check(session, lease)
    session.execute(
        update(delivery)
        .where(is_row(delivery.c, lease.workspace_id, due.parent_id), delivery.c.ts == due.parent_ts)
        .values({**_NOWHERE, "state": "waiting", "due_at": now, "error": "deleted in Slack"})
    )


def retract(session: Session, lease: HeldLease, due: DuePost, left_at: datetime | None = None) -> None:
    """A message need not be said again elsewhere; it was taken out of its channel, unless it was left there now."""
    leases.check(session, lease)
    if left_at is not None and due.ts is not None:
        relocate.retire(Work(session, lease.workspace_id, left_at), due.id, is_told=False)
        return
    session.execute(
        update(delivery)
        .where(is_row(delivery.c, lease.workspace_id, due.id))
        .values({**_NOWHERE, "is_wanted": False, "state": "withdrawn", "due_at": None})
    )


def announce_stop(session: Session, lease: HeldLease, reason: str, now: datetime) -> None:
    """Want a message to the admins that nothing can be sent any more, in case one still gets through."""
    leases.check(session, lease)
    _tell_admins(Work(session, lease.workspace_id, now), "workspace_stopped", reason)


def announce_failure(session: Session, lease: HeldLease, kind: str, now: datetime) -> None:
    """Want a message to the admins that a job of this kind failed and will be tried again; once a day."""
    leases.check(session, lease)
    _tell_admins(Work(session, lease.workspace_id, now), "job_failed", f"The log names it under {kind}")


def _mark_dead(work: Work, due: DuePost, reason: str) -> None:
    gone = {"state": "dead", "due_at": None, "error": reason}
    # What nobody knows the end of stays in doubt: if it is tried again, it is looked for first.
    attempted_at = due.attempted_at if due.state in IN_DOUBT else None
    mine = is_row(delivery.c, work.workspace_id, due.id)
    work.session.execute(update(delivery).where(mine).values(**gone, attempted_at=attempted_at))
    if due.ts is None:
        work.session.execute(
            update(delivery)
            .where(
                delivery.c.workspace_id == work.workspace_id,
                delivery.c.thread_of == due.key,
                delivery.c.due_at.is_not(None),
                delivery.c.ts.is_(None),
                delivery.c.state.not_in(IN_DOUBT),
            )
            .values(**gone)
        )


def _tell_admins(work: Work, code: str, reason: str) -> None:
    slot = f"{work.now.date()}.{sha256(reason.encode()).hexdigest()[:8]}"
    facts = Notice(code, "", details={"reason": reason.rstrip(".")}).to_facts()
    told = _told(work)
    wanted = [OutgoingPost(f"notice:{code}:-:{slot}:{one}", "notice", facts, recipient=one) for one in told]
    fallback = work.session.scalar(select(Workspace.fallback_channel).where(Workspace.id == work.workspace_id))
    if not told and fallback:
        wanted = [OutgoingPost(f"notice:{code}:-:{slot}:{fallback}", "notice", facts, channel=fallback)]
    outgoing.put(work, [w for w in wanted if not outgoing.exists(work, w.key)])


def _told(work: Work) -> Sequence[str]:
    """The admins; where there are none, the managers."""
    for role in ("admin", "manager"):
        people = work.session.scalars(
            work.select(Member.slack_id).where(Member.role == role, Member.is_outsider.is_(False))
        ).all()
        if people:
            return people
    return ()
