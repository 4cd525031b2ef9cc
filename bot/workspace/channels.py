"""What is known of Slack's channels, above all whether another company or a guest reads along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Boolean, ColumnElement, Table, and_, bindparam, case, func, literal_column, or_, select, update

from bot.core import events
from bot.core.audience import Audience, Why, closed
from bot.core.freshness import is_fresh
from bot.db.scope import within
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.models import Channel, Delivery, Workspace
from bot.workspace.events import ChannelClosed, ChannelOpened

FRESH_FOR = timedelta(minutes=5)
"""How old an answer may be before Slack is asked again. Events tell of most changes sooner."""

MEMBERS_FRESH_FOR = timedelta(hours=1)
"""How old an answer about who is in a channel may be, as long as their number is the same and no event told of more."""

_C, _W = Channel.__table__.c, Workspace.__table__.c

CLOSED_FLAGS = ("is_ext_shared", "is_pending_ext_shared", "pending_shared", "pending_connected_team_ids", "is_mpim")


def shared_externally(info: Mapping[str, Any]) -> bool:
    """Whether a conversation object of Slack is, or is about to be, readable by another company.

    A channel shared between workspaces of one company (`is_org_shared`) is not. A direct message of several people
    counts as one: who is in it is nobody's to decide but theirs, and may be anyone.
    """
    if any(info.get(flag) for flag in CLOSED_FLAGS):
        return True
    return bool(info.get("is_shared")) and not info.get("is_org_shared")


def remember(work: Work, info: Mapping[str, Any]) -> None:
    """Keep what a conversation object says (`conversations.info`, `conversations.list`)."""
    remember_all(work, [info])


def remember_all(work: Work, infos: Sequence[Mapping[str, Any]]) -> None:
    """Keep what many conversation objects say; who must act on a channel that closed or opened does."""
    if not infos:
        return
    rows = [
        {
            "workspace_id": work.workspace_id,
            "slack_id": info["id"],
            "name": str(info.get("name") or "")[:200],
            "is_shared": shared_externally(info),
            "is_archived": bool(info.get("is_archived")),
            "is_member": bool(info.get("is_member", True)),
            "num_members": info.get("num_members"),
            "checked_at": work.now,
        }
        for info in infos
    ]
    work.session.connection().execute(_remember(dialect_of(work.session)), rows)
    work.forget()
    _settle(work, [str(row["slack_id"]) for row in rows])


@cache
def _remember(dialect: str) -> Any:
    insert = insert_into(Channel.__table__, dialect)
    new = insert.excluded
    seen = {name: new[name] for name in ("name", "is_shared", "is_archived", "is_member", "checked_at")}
    seen["num_members"] = func.coalesce(new.num_members, _C.num_members)
    others_came = new.num_members.is_not(None) & new.num_members.is_distinct_from(_C.num_members)
    seen["members_checked_at"] = case((others_came, None), else_=_C.members_checked_at)
    return insert.on_conflict_do_update(index_elements=["workspace_id", "slack_id"], set_=seen)


def mark_shared(work: Work, slack_id: str, shared: bool) -> None:
    """Keep what an event said: a channel was shared with another company, or is no longer.

    "No longer" is only believed after asking Slack again: several companies may share a channel, and one left.
    """
    if shared:
        known = work.session.execute(
            work.select(Channel.name, Channel.is_archived, Channel.is_member).where(Channel.slack_id == slack_id)
        ).first()
        info = {"id": slack_id, "is_ext_shared": True, **(known._asdict() if known else {})}
        remember(work, info)
        return
    forget(work, slack_id)


def forget(work: Work, slack_id: str) -> None:
    """Have Slack asked again before anything is said in this channel."""
    work.session.execute(
        update(Channel)
        .where(Channel.workspace_id == work.workspace_id, Channel.slack_id == slack_id)
        .values(checked_at=None)
    )


def remember_members(work: Work, slack_id: str, has_guests: bool, guests: Sequence[str] = ()) -> None:
    """Keep whether someone in a channel is not of the team, and who, as far as that was asked."""
    seen = {"workspace_id": work.workspace_id, "has_guests": has_guests, "members_checked_at": work.now}
    work.rows(_remember_members(dialect_of(work.session)), slack_id=slack_id, **seen)
    work.forget()
    _settle(work, [slack_id], guests)


@cache
def _remember_members(dialect: str) -> Any:
    insert = insert_into(Channel.__table__, dialect)
    seen = {name: insert.excluded[name] for name in ("has_guests", "members_checked_at")}
    return insert.on_conflict_do_update(index_elements=["workspace_id", "slack_id"], set_=seen)


def members_changed(work: Work, slack_id: str | None = None) -> None:
    """Have Slack asked who is in this channel before anything is said there; in any channel without `slack_id`."""
    where = [Channel.workspace_id == work.workspace_id, *([Channel.slack_id == slack_id] if slack_id else [])]
    work.session.execute(update(Channel).where(*where).values(members_checked_at=None))


def look_who_reads(work: Work, slack_id: str | None = None) -> None:
    """Have Slack asked soon who is in a channel where a message of ours stands, or in each one; all move if a guest is.

    One message in each channel falls due for that; asking is all it costs while no guest is there.
    """
    members_changed(work, slack_id)
    here = Delivery.sent_channel == slack_id if slack_id else Delivery.sent_channel.not_like("D%")
    last = (
        select(func.max(Delivery.id))
        .where(Delivery.workspace_id == work.workspace_id, Delivery.ts.is_not(None), here)
        .group_by(Delivery.sent_channel)
    )
    mine = (within(Delivery.workspace_id, work.workspace_id), Delivery.id.in_(last), Delivery.state == "sent")
    work.session.execute(update(Delivery).where(*mine).values(due_at=work.now, state="waiting"))


def let_guests_read(work: Work, allowed: bool) -> None:
    """Whether guests who are in a channel may read what is posted there: the workspace's setting.

    A channel that another company reads stays silent either way.
    """
    before = work.session.scalar(select(Workspace.guests_may_read).where(Workspace.id == work.workspace_id))
    if bool(before) == allowed:
        return
    work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(guests_may_read=allowed))
    if allowed:
        known = update(Channel).where(Channel.workspace_id == work.workspace_id)
        work.session.execute(known.values(has_guests=False, members_checked_at=None))
        _settle(work, held_back(work))
    else:
        look_who_reads(work)
    work.forget()


def read_by_guests(work: Work) -> list[str]:
    """The names of the channels that are held back since a guest is in them."""
    return list(
        work.session.scalars(
            select(func.coalesce(func.nullif(Channel.name, ""), Channel.slack_id))
            .where(Channel.workspace_id == work.workspace_id, Channel.has_guests, Channel.is_shared.is_(False))
            .order_by(Channel.name)
        )
    )


def is_shared(work: Work, slack_id: str) -> bool | None:
    """Whether another company reads along; None when Slack must be asked, since the answer is missing or too old."""
    row = work.session.execute(
        work.select(Channel.is_shared, Channel.checked_at).where(Channel.slack_id == slack_id)
    ).first()
    if row is None or not is_fresh(row.checked_at, work.now, FRESH_FOR):
        return None
    return bool(row.is_shared)


def held_back(work: Work) -> list[str]:
    """The channels in which what stands is held back."""
    return list(work.session.scalars(work.select(Channel.slack_id).where(_IS_HELD_BACK)))


def to_ask_again(work: Work) -> list[str]:
    """The channels that are held back, and of which something told, or the night, that it may be so no longer."""
    return list(work.rows(_TO_ASK_AGAIN).scalars())


def doubt_closed(work: Work) -> None:
    """Have Slack asked once a night about channels that are held back: that others left may have been missed."""
    work.rows(_DOUBT)


def _settle(work: Work, slack_ids: Sequence[str], readers: Sequence[str] = ()) -> None:
    """Publish which of these channels others have come to read, and which only the team reads again.

    The second is believed once both are known: that no other company reads there, and that no guest does.
    """
    for row in work.rows(_TURNED, slack_ids=slack_ids).all():
        mine = (Channel.workspace_id == work.workspace_id, Channel.slack_id == row.slack_id)
        if not row.is_closed:
            work.session.execute(update(Channel).where(*mine).values(closed_at=None))
            events.publish(work, ChannelOpened(row.slack_id))
            continue
        # Who is in a channel was counted before it was shared, and may have changed by when it is shared no more.
        counted = {"members_checked_at": None} if row.is_shared else {}
        work.session.execute(update(Channel).where(*mine).values(closed_at=work.now, **counted))
        why = Why.SHARED if row.is_shared else Why.GUEST
        events.publish(work, ChannelClosed(row.slack_id, why, tuple(readers)))


_IS_HELD_BACK: ColumnElement[bool] = literal_column("channels.closed_at IS NOT NULL", Boolean)


def read_by_others(columns: Any) -> ColumnElement[bool]:
    """In SQL: whether somebody who is not of the team reads what stands in a channel, as far as is known.

    `has_guests` is only ever set where guests may not read.
    """
    return or_(columns.is_shared.is_(True), columns.has_guests.is_(True))


# Built once: these are asked at every look of the deliverer, and of every channel it asks Slack about.
_UNSURE = or_(_C.checked_at.is_(None), _C.is_shared.is_(False) & _C.members_checked_at.is_(None))
_TO_ASK_AGAIN = (
    select(_C.slack_id)
    .where(_C.workspace_id == bindparam("of"), _IS_HELD_BACK, _C.is_archived.is_(False), _UNSURE)
    .order_by(_C.closed_at)
)
_DOUBT = (
    update(cast(Table, Channel.__table__))
    .where(_C.workspace_id == bindparam("of"), _IS_HELD_BACK)
    .values(checked_at=None, members_checked_at=None)
)
_ONLY_TEAM = and_(
    ~read_by_others(_C),
    _C.is_archived.is_(False),
    or_(_C.members_checked_at.is_not(None), _W.guests_may_read.is_(True)),
)
_TURNED = (
    select(_C.slack_id, _C.is_shared, read_by_others(_C).label("is_closed"))
    .join_from(Channel.__table__, Workspace.__table__, _W.id == _C.workspace_id)
    .where(
        _C.workspace_id == bindparam("of"),
        _C.slack_id.in_(bindparam("slack_ids", expanding=True)),
        or_(and_(read_by_others(_C), _C.closed_at.is_(None)), and_(_ONLY_TEAM, _IS_HELD_BACK)),
    )
)
_CLOSED = (
    select(_C.slack_id, _C.is_shared, _C.has_guests, _C.is_archived, _W.guests_may_read)
    .join_from(Channel.__table__, Workspace.__table__, _W.id == _C.workspace_id)
    .where(_C.workspace_id == bindparam("of"), read_by_others(_C) | _C.is_archived.is_(True))
)
_CLOSED_OF = _CLOSED.where(_C.slack_id.in_(bindparam("slack_ids", expanding=True)))


def why_closed(work: Work, slack_ids: Sequence[str] | None = None) -> dict[str, Why]:
    """The channels that are known to take no message of ours, and why; of these alone, if they are given.

    One we are not in may be open to join.
    """
    rows = work.rows(_CLOSED) if slack_ids is None else work.rows(_CLOSED_OF, slack_ids=slack_ids)
    found = {
        slack_id: closed(Audience(shared, guests, archived), guests_may_read)
        for slack_id, shared, guests, archived, guests_may_read in rows
    }
    return {slack_id: why for slack_id, why in found.items() if isinstance(why, Why)}


def closed_to_us(work: Work) -> frozenset[str]:
    """The channels that are known to take no message of ours."""
    return frozenset(why_closed(work))
