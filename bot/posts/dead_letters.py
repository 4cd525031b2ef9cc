"""Posts that will not be sent as they were meant: told to someone else, or given up and told to an admin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast

from sqlalchemy import Table, case, func, select, update
from sqlalchemy.orm import Session

from bot.db.scope import is_row
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.models import Member, Post, Workspace
from bot.posts import kinds, outgoing, previews
from bot.posts.audience import Reroute
from bot.posts.kinds import LEFT_BEHIND
from bot.posts.notices import Notice
from bot.posts.outgoing import OutgoingPost
from bot.posts.placing import ANSWER
from bot.posts.queue import IN_DOUBT, DuePost
from bot.workspace import hours as workspace_hours
from bot.workspace import leases
from bot.workspace.leases import HeldLease

ABOUT_DELIVERY = ("notice:dead_posts:", "notice:workspace_stopped:", "notice:job_failed:")
"""Messages about messages: when one of these cannot be sent, telling so by another would never end."""

post = cast(Table, Post.__table__)


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
    rows = work.session.execute(
        select(post.c.id, post.c.key, post.c.kind, post.c.channel, post.c.recipient, post.c.error, post.c.created_at)
        .where(post.c.workspace_id == work.workspace_id, post.c.state == "dead", post.c.error.is_not(None))
        .order_by(post.c.id.desc())
        .limit(limit)
    )
    return [DeadPost(*row) for row in rows]


def count(work: Work) -> int:
    """How many messages were given up."""
    counted = work.session.scalar(
        select(func.count()).where(
            post.c.workspace_id == work.workspace_id, post.c.state == "dead", post.c.error.is_not(None)
        )
    )
    return counted or 0


def revive(work: Work, post_id: int | None = None) -> int:
    """Try given-up messages once more, after someone mended what was wrong; returns how many.

    All of them, or one with the card above it and the lines below it. One whose last attempt nobody saw the end of is
    looked for first.
    """
    chosen = [post.c.workspace_id == work.workspace_id, post.c.state == "dead", post.c.error.is_not(None)]
    if post_id is not None:
        key, card = work.session.execute(
            select(post.c.key, post.c.thread_of).where(post.c.workspace_id == work.workspace_id, post.c.id == post_id)
        ).first() or ("", None)
        chosen.append((post.c.key == key) | (post.c.thread_of == key) | (post.c.key == (card or key)))
    state = case((post.c.ts.is_(None) & post.c.attempted_at.is_not(None), "unknown"), else_="waiting")
    revived = work.session.execute(
        update(post).where(*chosen).values(state=state, attempts=0, due_at=work.now, error=None).returning(post.c.id)
    )
    return len(revived.all())


def give_up(session: Session, lease: HeldLease, due: DuePost, reason: str, now: datetime) -> None:
    """A message cannot be sent, and its lines with it. Admins are told, once a day for each reason."""
    leases.check(session, lease)
    _bury(Work(session, lease.workspace_id, now), due, reason)
    if not due.key.startswith(ABOUT_DELIVERY):
        _tell_admins(Work(session, lease.workspace_id, now), "dead_posts", reason)


def send_to_owner(session: Session, lease: HeldLease, due: DuePost, routed: str, reason: str, now: datetime) -> bool:
    """Tell the owner directly, when they work next, what may not or cannot be said in the channel.

    False, and given up, when there is no owner.

    `routed` (shared, guest, unreachable) is shown to the owner; `reason` is what admins read if it is given up.
    """
    leases.check(session, lease)
    if due.owner is None or due.recipient is not None:
        give_up(session, lease, due, reason, now)
        return False
    if due.ts is not None and routed == "unreachable":
        _leave_behind(Work(session, lease.workspace_id, now), due)
    is_own = due.kind == ANSWER or due.caused_by == due.owner
    session.execute(
        update(post)
        .where(is_row(post.c, lease.workspace_id, due.id))
        .values(
            recipient=due.owner,
            routed=routed,
            ts=None,
            sent=0,
            sent_channel=None,
            state="waiting",
            attempts=0,
            attempted_at=None,
            due_at=now if is_own else reachable_at(session, lease, due.owner, now),
            error=None,
        )
    )
    return True


def reroute(session: Session, lease: HeldLease, due: DuePost, to: Reroute, reason: str, now: datetime) -> None:
    """Tell directly what may not or cannot be said in the channel: its owner, and the others in copies of their own.

    Each when they work next. With neither owner nor others it is given up, for `reason`.
    """
    if to.owner is None and to.others:
        withdraw(session, lease, due)
    else:
        send_to_owner(session, lease, due, str(to.why), reason, now)
    # What was wanted meanwhile is copied too.
    mine = (post.c.workspace_id == lease.workspace_id, post.c.id == due.id)
    facts = session.scalar(select(post.c.facts).where(*mine).with_for_update()) or {}
    copies = [
        OutgoingPost(f"{due.key}:{one}", due.kind, copied, recipient=one, by=due.caused_by)
        for one, copied in kinds.of(due.kind).copies(facts).items()
        if one != to.owner
    ]
    outgoing.put(Work(session, lease.workspace_id, now), copies, is_once=True)


def keep_until(session: Session, lease: HeldLease, due: DuePost, at: datetime) -> None:
    """Keep a direct message until its reader may be spoken to; that is no failure, and counts as none."""
    leases.check(session, lease)
    session.execute(update(post).where(is_row(post.c, lease.workspace_id, due.id)).values(due_at=at))


def reachable_at(session: Session, lease: HeldLease, slack_id: str, now: datetime) -> datetime:
    """When a direct message may reach this person: now, or when they are at work next; at once if nobody knows them."""
    hours = workspace_hours.of_people(Work(session, lease.workspace_id, now), [slack_id]).get(slack_id)
    return hours.next_open(now) if hours else now


def move_parent(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    """The thread cannot be reached: have its card looked at first; the line waits until the card stands elsewhere."""
    leases.check(session, lease)
    session.execute(
        update(post)
        .where(is_row(post.c, lease.workspace_id, due.parent_id))
        .values(state="waiting", due_at=now, wanted=post.c.wanted + 1)
    )


def forget_parent(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    """Someone deleted the card under which the line belongs: post the card anew, the line follows it."""
    leases.check(session, lease)
    session.execute(
        update(post)
        .where(is_row(post.c, lease.workspace_id, due.parent_id), post.c.ts == due.parent_ts)
        .values(ts=None, sent=0, attempted_at=None, state="waiting", due_at=now, error="deleted in Slack")
    )


def withdraw(session: Session, lease: HeldLease, due: DuePost, left_at: datetime | None = None) -> None:
    """A message need not be said again elsewhere; it was taken out of its channel, unless it was left there now."""
    leases.check(session, lease)
    if left_at is not None and due.ts is not None:
        _leave_behind(Work(session, lease.workspace_id, left_at), due)
    session.execute(
        update(post)
        .where(is_row(post.c, lease.workspace_id, due.id))
        .values(ts=None, sent_channel=None, attempted_at=None, state="dead", due_at=None, error=None)
    )


def announce_stop(session: Session, lease: HeldLease, reason: str, now: datetime) -> None:
    """Want a message to the admins that nothing can be sent any more, in case one still gets through."""
    leases.check(session, lease)
    _tell_admins(Work(session, lease.workspace_id, now), "workspace_stopped", reason)


def announce_failure(session: Session, lease: HeldLease, kind: str, now: datetime) -> None:
    """Want a message to the admins that a job of this kind failed and will be tried again; once a day."""
    leases.check(session, lease)
    _tell_admins(Work(session, lease.workspace_id, now), "job_failed", f"The log names it under {kind}")


def _leave_behind(work: Work, due: DuePost) -> None:
    """Remember a message that cannot be reached now: should others come to read there, it is taken away."""
    row = {
        "workspace_id": work.workspace_id,
        "key": f"left:{due.id}:{due.ts}",
        "kind": due.kind if due.kind == previews.KIND else LEFT_BEHIND,
        "facts": dict(due.facts) if due.kind == previews.KIND else {},
        "sent_channel": due.sent_channel,
        "ts": due.ts,
        "wanted": 1,
        "sent": 1,
        "state": "sent",
        "created_at": work.now,
    }
    statement = insert_for(work.session, post).values(**row)
    work.session.execute(statement.on_conflict_do_nothing(index_elements=["workspace_id", "key"]))


def _bury(work: Work, due: DuePost, reason: str) -> None:
    gone = {"state": "dead", "due_at": None, "error": reason}
    # What nobody knows the end of stays in doubt: if it is tried again, it is looked for first.
    attempted_at = due.attempted_at if due.state in IN_DOUBT else None
    work.session.execute(
        update(post).where(is_row(post.c, work.workspace_id, due.id)).values(**gone, attempted_at=attempted_at)
    )
    if due.ts is None:
        work.session.execute(
            update(post)
            .where(
                post.c.workspace_id == work.workspace_id,
                post.c.thread_of == due.key,
                post.c.due_at.is_not(None),
                post.c.ts.is_(None),
                post.c.state.not_in(IN_DOUBT),
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
