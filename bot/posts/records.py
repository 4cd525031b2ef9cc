"""What became of a delivery: claimed, sent, not sent, or nobody knows. Every verb writes under the lease's token.

A claim stores the revision it tries in `sent_revision` and the place in `sent_channel` and `sent_thread`, so that an
attempt whose end nobody saw can be looked for later; `due_at` is then the moment from which it counts as unknown.
`attempted_at` is kept until the end is known: a post given up before that is looked for if it is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, select, update
from sqlalchemy.orm import Session

from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Channel, Delivery, Member, Post, Workspace
from bot.posts.queue import DuePost
from bot.workspace import channels, leases
from bot.workspace.leases import HeldLease

SETTLED_AFTER = timedelta(seconds=20)
"""From when on an attempt whose end nobody saw is looked for: the sender gives up after 10 seconds, and Slack may still
be working on what it was handed, even after a gateway has answered with an error."""

LONGEST_WAIT = timedelta(hours=1)

post, delivery = cast(Table, Post.__table__), cast(Table, Delivery.__table__)
_C, _W = Channel.__table__.c, Workspace.__table__.c

# Built once: each is run for every message. What a change writes goes beside it, by the names of its columns.
_THIS = update(delivery).where(delivery.c.id == bindparam("row"), delivery.c.workspace_id == bindparam("of"))
_ONCE_MORE = {"attempts": delivery.c.attempts + 1}
_THIS_ONCE_MORE = _THIS.values(_ONCE_MORE)
_UNTOUCHED = _THIS.where(delivery.c.attempts == bindparam("attempt"), delivery.c.ts.is_(None))
_UNTOUCHED_ONCE_MORE = _UNTOUCHED.values(_ONCE_MORE)
_ATTEMPT = _UNTOUCHED.where(delivery.c.fence == bindparam("token"))
_IS_READ_BY_OTHERS = exists().where(
    _C.workspace_id == bindparam("of"), _C.slack_id == bindparam("place"), channels.read_by_others(_C)
)
_CLAIM = (
    _THIS_ONCE_MORE.where(
        delivery.c.ts.is_(None),
        delivery.c.state == "waiting",
        delivery.c.channel.is_not_distinct_from(bindparam("to_channel")),
        delivery.c.recipient.is_not_distinct_from(bindparam("to_person")),
        ~_IS_READ_BY_OTHERS,
    )
    .values(state="sending", error=None)
    .returning(delivery.c.attempts)
)
_ATTEMPTS = select(delivery.c.attempts).where(
    delivery.c.id == bindparam("row"), delivery.c.workspace_id == bindparam("of"), delivery.c.ts == bindparam("at_ts")
)
_OF_POST = (post.c.id == bindparam("row"), post.c.workspace_id == bindparam("of"))
_SHOWN = select(post.c.kind, post.c.facts, post.c.revision).where(*_OF_POST)
_REVISION = select(post.c.revision).where(*_OF_POST).with_for_update()
_IS_CLOSED = (
    select(channels.read_by_others(_C))
    .where(_C.workspace_id == bindparam("of"), _C.slack_id == bindparam("place"))
    .with_for_update(read=True)
)
_MAY_SEND = select(_W.stopped_reason, _W.guests_may_read).where(_W.id == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery (`id`), its post as it is to be sent, and the attempt that may record what came of it."""

    id: int
    post_id: int
    kind: str
    facts: Mapping[str, Any]
    revision: int
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
    shown = _shown(Work(session, lease.workspace_id, now), due.post_id)
    if shown is None:
        return None
    this = {"of": lease.workspace_id, "row": due.id, "place": place}
    attempted = {
        "sent_revision": shown.revision,
        "sent_channel": place,
        "sent_thread": due.thread_at(place),
        "fence": lease.token,
        "attempted_at": slack_now or now,
        "due_at": now + SETTLED_AFTER,
    }
    attempt = session.scalar(_CLAIM, {**this, "to_channel": due.channel, "to_person": due.recipient, **attempted})
    return (
        None if attempt is None else Claim(due.id, due.post_id, shown.kind, shown.facts, shown.revision, attempt, now)
    )


def current(work: Work, due: DuePost) -> Claim | None:
    """What stands in Slack, as it is to be shown now; None when it does not stand there any more."""
    shown = _shown(work, due.post_id)
    attempts = work.rows(_ATTEMPTS, row=due.id, at_ts=due.ts).scalar()
    if shown is None or attempts is None:
        return None
    return Claim(due.id, due.post_id, shown.kind, shown.facts, shown.revision, attempts, work.now)


def _shown(work: Work, post_id: int) -> Any:
    # Read before the delivery is claimed: at worst it is changed once more than needed, and never taken for newer.
    return work.rows(_SHOWN, row=post_id).first()


def record_sent(session: Session, lease: HeldLease, claim: Claim, place: str, ts: str, now: datetime) -> None:
    """The post stands at `place` as `ts`. Raises LeaseLost when the attempt is no longer this worker's."""
    leases.check(session, lease)
    stands = _standing(session, lease, claim.post_id, claim.revision, place, ts, now)
    mine = {"of": lease.workspace_id, "row": claim.id, "attempt": claim.attempt, "token": lease.token}
    recorded = session.execute(_ATTEMPT, mine | stands)
    if _rows(recorded) == 0:
        _raise_late(claim)


def record_found(session: Session, lease: HeldLease, due: DuePost, ts: str, now: datetime) -> None:
    """An attempt nobody saw the end of did reach Slack."""
    leases.check(session, lease)
    assert due.sent_channel is not None
    stands = _standing(session, lease, due.post_id, due.sent_revision, due.sent_channel, ts, now)
    session.execute(_UNTOUCHED, _untouched(lease, due) | stands)


def record_not_found(session: Session, lease: HeldLease, due: DuePost, now: datetime) -> None:
    """An attempt nobody saw the end of did not reach Slack: send it again, at once the first time."""
    leases.check(session, lease)
    wait = timedelta(0) if due.attempts <= 1 else backoff(due.attempts)
    values = {"state": "waiting", "attempted_at": None, "due_at": now + wait, "error": "not found, sending again"}
    session.execute(_UNTOUCHED, _untouched(lease, due) | values)


def record_not_seen(session: Session, lease: HeldLease, due: DuePost, until: datetime) -> None:
    """An attempt nobody saw the end of is not in Slack yet, and may still come: look once more at `until`."""
    leases.check(session, lease)
    values = {"state": "unknown", "due_at": until, "error": "not found yet"}
    session.execute(_UNTOUCHED, _untouched(lease, due) | values)


def record_unknown(session: Session, lease: HeldLease, delivery_id: int, until: datetime, reason: str) -> None:
    """Nobody knows whether it was sent: look for it, not before `until`."""
    _write(session, lease, delivery_id, state="unknown", due_at=until, error=reason)


def record_later(session: Session, lease: HeldLease, delivery_id: int, until: datetime, reason: str) -> None:
    """It was certainly not sent: try again at `until`."""
    _write(session, lease, delivery_id, state="waiting", attempted_at=None, due_at=until, error=reason)


def record_doubt(session: Session, lease: HeldLease, due: DuePost, until: datetime, reason: str) -> None:
    """It could not be looked for: try to look again at `until`, and count that."""
    leases.check(session, lease)
    values = {"state": "unknown", "due_at": until, "error": reason}
    session.execute(_UNTOUCHED_ONCE_MORE, _untouched(lease, due) | values)


def record_changed(session: Session, lease: HeldLease, claim: Claim, place: str, now: datetime) -> None:
    """Slack shows at `place` revision `claim.revision`; what was wanted meanwhile stays due."""
    leases.check(session, lease)
    is_closed = _is_closed(session, lease, place)
    is_newer = _revision(session, lease, claim.post_id) > claim.revision
    state = {"is_wanted": not is_closed, "attempted_at": None, **_finished_unless(is_newer or is_closed, now)}
    _write(session, lease, claim.id, sent_revision=claim.revision, sent_at=now, attempts=0, error=None, **state)


def record_change_failed(session: Session, lease: HeldLease, due: DuePost, until: datetime, reason: str) -> None:
    """Changing or deleting did not work, or nobody knows: doing it again at `until` does no harm."""
    leases.check(session, lease)
    mine = {"of": lease.workspace_id, "row": due.id}
    session.execute(_THIS_ONCE_MORE, mine | {"state": "waiting", "due_at": until, "error": reason})


def record_vanished(session: Session, lease: HeldLease, delivery_id: int, now: datetime) -> None:
    """Someone deleted the message: what it must show is posted anew."""
    gone = {"ts": None, "sent_revision": 0, "attempted_at": None}
    _write(session, lease, delivery_id, **gone, state="waiting", due_at=now, error="deleted in Slack")


def claim_removal(session: Session, lease: HeldLease, due: DuePost, place: str, now: datetime) -> bool:
    """Take what stands at `place` for one attempt to take it away; False when it may stand there again by now.

    From here on nobody may take it for standing as it was: what is wanted back is shown again, or posted anew.
    """
    leases.check(session, lease)
    if not _is_closed(session, lease, place):
        return False
    taken = session.execute(
        update(delivery)
        .where(is_row(delivery.c, lease.workspace_id, due.id), delivery.c.ts == due.ts)
        .values(
            state="removing",
            is_wanted=False,
            sent_revision=0,
            fence=lease.token,
            attempted_at=now,
            due_at=now + SETTLED_AFTER,
        )
    )
    return _rows(taken) == 1


def record_removal_failed(
    session: Session, lease: HeldLease, due: DuePost, until: datetime, reason: str, is_known: bool
) -> None:
    """It could not be taken away, or nobody knows: doing it again at `until` does no harm, if it is wanted still."""
    _write_if_unwanted(
        session,
        lease,
        due,
        state="waiting" if is_known else "removing",
        due_at=until,
        error=reason,
        attempts=delivery.c.attempts + 1,
    )


def record_blanked(session: Session, lease: HeldLease, due: DuePost, until: datetime | None) -> None:
    """It stands without its words: to be taken away at `until`, or never, where that is refused."""
    _write_if_unwanted(session, lease, due, state="blanked", due_at=until, error=None)


def _write_if_unwanted(session: Session, lease: HeldLease, due: DuePost, **values: Any) -> None:
    leases.check(session, lease)
    mine = is_row(delivery.c, lease.workspace_id, due.id)
    unwanted = (delivery.c.ts == due.ts, delivery.c.is_wanted.is_(False))
    session.execute(update(delivery).where(mine, *unwanted).values(**values))


def rest(session: Session, lease: HeldLease, due: DuePost, until: datetime) -> None:
    """Leave a delivery alone until a moment, as it is; one that is claimed is looked for in its own time."""
    leases.check(session, lease)
    session.execute(
        update(delivery)
        .where(
            is_row(delivery.c, lease.workspace_id, due.id),
            delivery.c.state != "sending",
            delivery.c.due_at.is_not(None),
        )
        .values(due_at=until, attempts=delivery.c.attempts + 1)
    )


def show_again(work: Work, due: DuePost) -> None:
    """Have a message shown again as it is now, since a worker that lost its lease may have shown an older state.

    Needs no lease: it only asks for what is true anyway.
    """
    work.session.execute(
        update(post).where(is_row(post.c, work.workspace_id, due.post_id)).values(revision=post.c.revision + 1)
    )
    work.session.execute(
        update(delivery)
        .where(is_row(delivery.c, work.workspace_id, due.id), delivery.c.ts.is_not(None))
        .values(state="waiting", due_at=work.now)
    )


def standing(work: Work, delivery_id: int) -> tuple[str | None, str]:
    """(the recorded ts, the state) of a delivery."""
    mine = is_row(delivery.c, work.workspace_id, delivery_id)
    row = work.session.execute(select(delivery.c.ts, delivery.c.state).where(mine)).one()
    return row.ts, row.state


def remember_direct_channel(session: Session, lease: HeldLease, person: str, direct_channel: str) -> None:
    """Keep the channel of the bot's direct messages with a person."""
    leases.check(session, lease)
    session.execute(
        update(Member)
        .where(Member.workspace_id == lease.workspace_id, Member.slack_id == person)
        .values(dm_channel=direct_channel)
    )


def may_send(work: Work) -> tuple[str | None, bool]:
    """Why nothing is sent to a workspace, if that is so; and whether guests in a channel may read what is posted."""
    reason, guests_may_read = work.rows(_MAY_SEND).one()
    return reason, guests_may_read


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
    raise LateRecord(f"attempt {claim.attempt} at delivery {claim.id} was overtaken")


def _revision(session: Session, lease: HeldLease, post_id: int) -> int:
    """How often the post was wanted by now. Locked: nobody asks for it anew before it is recorded what stands there."""
    revision: int = session.execute(_REVISION, {"of": lease.workspace_id, "row": post_id}).scalar_one()
    return revision


def _standing(
    session: Session, lease: HeldLease, post_id: int, revision: int, place: str, ts: str, now: datetime
) -> dict[str, Any]:
    is_closed = _is_closed(session, lease, place)
    is_newer = _revision(session, lease, post_id) > revision
    return {
        "ts": ts,
        "sent_channel": place,
        "sent_at": now,
        "attempts": 0,
        "attempted_at": None,
        "error": None,
        "is_wanted": not is_closed,
        **_finished_unless(is_newer or is_closed, now),
    }


def _finished_unless(is_unfinished: bool, now: datetime) -> dict[str, Any]:
    return {"state": "waiting", "due_at": now} if is_unfinished else {"state": "sent", "due_at": None}


def _is_closed(session: Session, lease: HeldLease, place: str) -> bool:
    """Whether others came to read there meanwhile: then what stands there is due to be taken away.

    Locked, before posts and deliveries are: who learns of it afterwards finds what is recorded now.
    """
    return bool(session.execute(_IS_CLOSED, {"of": lease.workspace_id, "place": place}).scalar())


def _untouched(lease: HeldLease, due: DuePost) -> dict[str, Any]:
    """Which delivery, as `_UNTOUCHED` takes it: nobody has tried it since it was read."""
    return {"of": lease.workspace_id, "row": due.id, "attempt": due.attempts}


def _write(session: Session, lease: HeldLease, delivery_id: int, **values: Any) -> None:
    leases.check(session, lease)
    session.execute(_THIS, {"of": lease.workspace_id, "row": delivery_id, **values})


def _rows(result: Any) -> int:
    return int(result.rowcount)
