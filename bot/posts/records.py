"""What became of a post: claimed, sent, not sent, or nobody knows. Every verb writes under the lease's token.

A claim stores the revision it tries in `sent` and the place in `sent_channel` and `sent_thread`, so that an attempt
whose end nobody saw can be looked for later; `due_at` is then the moment from which it counts as unknown.
`attempted_at` is kept until the end is known: a post given up before that is looked for if it is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, case, exists, literal, select, update
from sqlalchemy.orm import Session

from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Channel, Member, Post, Workspace
from bot.posts.queue import DuePost
from bot.workspace import channels, leases
from bot.workspace.leases import HeldLease

SETTLED_AFTER = timedelta(seconds=20)
"""From when on an attempt whose end nobody saw is looked for: the sender gives up after 10 seconds, and Slack may still
be working on what it was handed, even after a gateway has answered with an error."""

LONGEST_WAIT = timedelta(hours=1)

post = cast(Table, Post.__table__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A post as it is to be sent, and the attempt that may record what came of it."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    wanted: int
    attempt: int
    at: datetime


def backoff(attempts: int) -> timedelta:
    """How long to wait before trying again: 2, 4, 8 … seconds, an hour at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def claim(
    session: Session, lease: HeldLease, due: DuePost, place: str, now: datetime, slack_now: datetime | None = None
) -> Claim | None:
    """Take a post for one attempt at `place`; None when it changed since it was read, or nothing may go there now.

    `slack_now` is the time by Slack's clock, by which the message is looked for should its end not be known.
    """
    leases.check(session, lease)
    row = session.execute(
        update(post)
        .where(
            is_row(post.c, lease.workspace_id, due.id),
            post.c.ts.is_(None),
            post.c.state == "waiting",
            post.c.channel.is_not_distinct_from(due.channel),
            post.c.recipient.is_not_distinct_from(due.recipient),
            ~_is_held_back(lease, place),
        )
        .values(
            state="sending",
            sent=post.c.wanted,
            sent_channel=place,
            sent_thread=due.thread_at(place),
            attempts=post.c.attempts + 1,
            fence=lease.token,
            attempted_at=slack_now or now,
            due_at=now + SETTLED_AFTER,
            error=None,
        )
        .returning(post.c.kind, post.c.facts, post.c.wanted, post.c.attempts)
    ).first()
    return Claim(due.id, row.kind, row.facts, row.wanted, row.attempts, now) if row else None


def current(work: Work, due: DuePost) -> Claim | None:
    """A post that stands in Slack, as it is to be shown now; None when it does not stand there any more."""
    row = work.session.execute(
        select(post.c.kind, post.c.facts, post.c.wanted, post.c.attempts).where(
            is_row(post.c, work.workspace_id, due.id), post.c.ts == due.ts
        )
    ).first()
    return Claim(due.id, row.kind, row.facts, row.wanted, row.attempts, work.now) if row else None


def record_sent(session: Session, lease: HeldLease, claim: Claim, place: str, ts: str, now: datetime) -> None:
    """The post stands at `place` as `ts`. Raises LeaseLost when the attempt is no longer this worker's."""
    leases.check(session, lease)
    recorded = session.execute(
        update(post)
        .where(
            is_row(post.c, lease.workspace_id, claim.id),
            post.c.fence == lease.token,
            post.c.attempts == claim.attempt,
            post.c.ts.is_(None),
        )
        .values(**_standing(lease, place, ts, now))
    )
    if _rows(recorded) == 0:
        _raise_late(claim)


def record_found(session: Session, lease: HeldLease, due: DuePost, ts: str, now: datetime) -> None:
    """An attempt nobody saw the end of did reach Slack."""
    leases.check(session, lease)
    assert due.sent_channel is not None
    session.execute(_untouched(lease, due).values(**_standing(lease, due.sent_channel, ts, now)))


def record_not_found(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    """An attempt nobody saw the end of did not reach Slack: send it again, at once the first time."""
    leases.check(session, lease)
    wait = timedelta(0) if due.attempts <= 1 else backoff(due.attempts)
    values = {"state": "waiting", "attempted_at": None, "due_at": now + wait, "error": "not found, sending again"}
    session.execute(_untouched(lease, due).values(**values))


def record_not_seen(session: Session, lease: HeldLease, due: DuePost, until: datetime) -> None:
    """An attempt nobody saw the end of is not in Slack yet, and may still come: look once more at `until`."""
    leases.check(session, lease)
    session.execute(_untouched(lease, due).values(state="unknown", due_at=until, error="not found yet"))


def record_unknown(session: Session, lease: HeldLease, post_id: int, until: datetime, reason: str) -> None:
    """Nobody knows whether it was sent: look for it, not before `until`."""
    _write(session, lease, post_id, state="unknown", due_at=until, error=reason)


def record_later(session: Session, lease: HeldLease, post_id: int, until: datetime, reason: str) -> None:
    """It was certainly not sent: try again at `until`."""
    _write(session, lease, post_id, state="waiting", attempted_at=None, due_at=until, error=reason)


def record_doubt(session: Session, lease: HeldLease, due: DuePost, until: datetime, reason: str) -> None:
    """It could not be looked for: try to look again at `until`, and count that."""
    leases.check(session, lease)
    session.execute(
        _untouched(lease, due).values(state="unknown", due_at=until, error=reason, attempts=post.c.attempts + 1)
    )


def record_changed(session: Session, lease: HeldLease, claim: Claim, now: datetime) -> None:
    """Slack shows revision `claim.wanted`; what was wanted meanwhile stays due."""
    _write(
        session,
        lease,
        claim.id,
        sent=claim.wanted,
        sent_at=now,
        attempts=0,
        error=None,
        **_finished_unless((post.c.wanted > claim.wanted) | _is_held_back(lease, post.c.sent_channel), now),
    )


def record_change_failed(session: Session, lease: HeldLease, due: DuePost, until: datetime, reason: str) -> None:
    """Changing or deleting did not work, or nobody knows: doing it again at `until` does no harm."""
    _write(session, lease, due.id, state="waiting", due_at=until, error=reason, attempts=post.c.attempts + 1)


def record_vanished(session: Session, lease: HeldLease, post_id: int, now: datetime) -> None:
    """Someone deleted the message: what it must show is posted anew."""
    gone = {"ts": None, "sent": 0, "attempted_at": None}
    _write(session, lease, post_id, **gone, state="waiting", due_at=now, error="deleted in Slack")


def rest(session: Session, lease: HeldLease, due: DuePost, until: datetime) -> None:
    """Leave a post alone until a moment, as it is; one that is claimed is looked for in its own time."""
    leases.check(session, lease)
    session.execute(
        update(post)
        .where(is_row(post.c, lease.workspace_id, due.id), post.c.state != "sending", post.c.due_at.is_not(None))
        .values(due_at=until, attempts=post.c.attempts + 1)
    )


def want_again(work: Work, post_id: int) -> None:
    """Have a message shown again as it is now, since a worker that lost its lease may have shown an older state.

    Needs no lease: it only asks for what is true anyway.
    """
    work.session.execute(
        update(post)
        .where(is_row(post.c, work.workspace_id, post_id), post.c.ts.is_not(None))
        .values(wanted=post.c.wanted + 1, state="waiting", due_at=work.now)
    )


def standing(work: Work, post_id: int) -> tuple[str | None, str]:
    """(the recorded ts, the state) of a post."""
    row = work.session.execute(select(post.c.ts, post.c.state).where(is_row(post.c, work.workspace_id, post_id))).one()
    return row.ts, row.state


def remember_direct_channel(session: Session, lease: HeldLease, person: str, direct_channel: str) -> None:
    """Keep the channel of the bot's direct messages with a person."""
    leases.check(session, lease)
    session.execute(
        update(Member)
        .where(Member.workspace_id == lease.workspace_id, Member.slack_id == person)
        .values(dm_channel=direct_channel)
    )


def guests_may_read(work: Work) -> bool:
    """Whether guests of the workspace who are in a channel may read what is posted there."""
    return bool(work.session.scalar(select(Workspace.guests_may_read).where(Workspace.id == work.workspace_id)))


def stopped_reason(work: Work) -> str | None:
    """Why nothing is sent to a workspace, if that is so."""
    return work.session.scalar(select(Workspace.stopped_reason).where(Workspace.id == work.workspace_id))


def stop(session: Session, lease: HeldLease, reason: str) -> None:
    """Send nothing more to a workspace, until someone has mended it."""
    leases.check(session, lease)
    session.execute(update(Workspace).where(Workspace.id == lease.workspace_id).values(stopped_reason=reason))


def resume(work: Work) -> None:
    """Try again to send to a workspace that was stopped."""
    work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(stopped_reason=None))


class LateRecord(Exception):
    """The attempt was overtaken: someone else looked for this post, or sent it, since it was claimed."""


def _raise_late(claim: Claim) -> None:
    """Raises LateRecord for an attempt that is no longer the last one."""
    raise LateRecord(f"attempt {claim.attempt} at post {claim.id} was overtaken")


def _standing(lease: HeldLease, place: str, ts: str, now: datetime) -> dict[str, Any]:
    return {
        "ts": ts,
        "sent_channel": place,
        "sent_at": now,
        "attempts": 0,
        "attempted_at": None,
        "error": None,
        **_finished_unless((post.c.wanted > post.c.sent) | _is_held_back(lease, place), now),
    }


def _finished_unless(unfinished: ColumnElement[bool], now: datetime) -> dict[str, Any]:
    return {
        "state": case((unfinished, "waiting"), else_="sent"),
        "due_at": case((unfinished, literal(now, post.c.due_at.type)), else_=None),
    }


def _is_held_back(lease: HeldLease, place: Any) -> ColumnElement[bool]:
    """Whether others came to read there meanwhile: then what stands there is due to be taken away."""
    return exists().where(
        Channel.workspace_id == lease.workspace_id,
        Channel.slack_id == place,
        channels.read_by_others(Channel),
    )


def _untouched(lease: HeldLease, due: DuePost) -> Any:
    mine = is_row(post.c, lease.workspace_id, due.id)
    return update(post).where(mine, post.c.attempts == due.attempts, post.c.ts.is_(None))


def _write(session: Session, lease: HeldLease, post_id: int, **values: Any) -> None:
    leases.check(session, lease)
    session.execute(update(post).where(is_row(post.c, lease.workspace_id, post_id)).values(**values))


def _rows(result: Any) -> int:
    return int(result.rowcount)
