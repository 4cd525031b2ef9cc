"""Outgoing posts: what Slack must show, wanted in the same transaction as the change that caused it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Boolean, Integer, String, Table, bindparam, case, func, literal, literal_column, select, update

from bot.db.bulk import run_many
from bot.db.engine import UtcDateTime
from bot.db.scope import within
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.models import Delivery, Post
from bot.models.post import DeliveryRole, DeliveryState
from bot.posts.placing import LINE, OutgoingPost, Placed, placed


def put(work: Work, wanted: Sequence[OutgoingPost], is_once: bool = False) -> None:
    """Ask for messages, new or changed. Several changes before delivery cost one call.

    `is_once`: what was wanted before stays as it is. A new message to one person waits until they may be spoken to; one
    that is there already changes at once, and so does one that answers what its reader just did.
    """
    if not wanted:
        return
    found = placed(work, wanted)
    dialect = dialect_of(work.session)
    run_many(
        work.session, _post_rows(dialect, is_once), [_as_post(work.workspace_id, one.post, work.now) for one in found]
    )
    run_many(work.session, _home_rows(dialect, is_once), [_as_home(work.workspace_id, one, work.now) for one in found])
    # Only a line may have a twin.
    lines = [one for one in found if one.post.kind == LINE]
    if lines:
        keys = {"workspace": work.workspace_id, "keys": [one.post.key for one in lines], "now": work.now}
        work.session.execute(_WAKE_TWINS, keys, execution_options={"synchronize_session": False})
        twins = [_as_twin(work.workspace_id, one) for one in lines if one.twin_to is not None]
        run_many(work.session, _twin_rows(dialect), twins)


def exists(work: Work, key: str) -> bool:
    """Whether this message was ever wanted."""
    return work.session.connection().execute(_BY_KEY, {"workspace": work.workspace_id, "key": key}).first() is not None


def _as_post(workspace_id: int, w: OutgoingPost, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "key": w.key,
        "kind": w.kind,
        "facts": dict(w.facts),
        "revision": 1,
        "owner": w.owner,
        "thread_of": w.thread_of,
        "thread_ts": w.thread_ts,
        "caused_by": w.by,
        "created_at": now,
    }


def _as_home(workspace_id: int, one: Placed, now: datetime) -> dict[str, Any]:
    return {
        "of_workspace": workspace_id,
        "of_key": one.post.key,
        "to_channel": one.post.channel,
        "to_recipient": one.post.recipient,
        "in_thread_of": one.post.thread_of,
        "speak_at": one.at,
        "change_at": now,
        "is_answer": one.post.by is not None,
    }


def _as_twin(workspace_id: int, one: Placed) -> dict[str, Any]:
    return {
        "of_workspace": workspace_id,
        "of_key": one.post.key,
        "to_recipient": one.twin_to,
        "speak_at": one.twin_at,
    }


# Built once: building these costs more than running them, and people wait for what is wanted here.
_P, _D = cast(Table, Post.__table__).c, cast(Table, Delivery.__table__).c
_BY_KEY = select(_P.id).where(_P.workspace_id == bindparam("workspace"), _P.key == bindparam("key"))
_WAKE_TWINS = (
    update(Delivery)
    .where(
        within(Delivery.workspace_id, bindparam("workspace")),
        Delivery.post_id.in_(
            select(_P.id).where(
                _P.workspace_id == bindparam("workspace"), _P.key.in_(bindparam("keys", expanding=True))
            )
        ),
        Delivery.role == DeliveryRole.TWIN,
        Delivery.state == DeliveryState.SENT,
    )
    .values(state=DeliveryState.WAITING, due_at=bindparam("now", type_=UtcDateTime), attempts=0)
)


@cache
def _post_rows(dialect: str, is_once: bool) -> Any:
    table = cast(Table, Post.__table__)
    statement = insert_into(table, dialect)
    if is_once:
        return statement.on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "key"],
        set_={
            "kind": new.kind,
            "facts": new.facts,
            "owner": new.owner,
            "caused_by": func.coalesce(new.caused_by, _P.caused_by),
            "revision": _P.revision + 1,
        },
    )


@cache
def _home_rows(dialect: str, is_once: bool) -> Any:
    statement = _insert_of_post(dialect, DeliveryRole.HOME)
    if is_once:
        return statement.on_conflict_do_nothing(index_elements=_ONE_PLACE)
    new = statement.excluded
    # Not `in_`: a list of values cannot be part of a statement that is run for many rows.
    is_gone = (_D.state == "dead") | (_D.state == "withdrawn")
    is_over = is_gone | (_D.state == "sent")
    # Given up before anyone knew whether it got there: there it may still stand.
    is_in_doubt = (_D.state == "dead") & _D.ts.is_(None) & _D.attempted_at.is_not(None)
    is_in_doubt &= _D.channel.is_not_distinct_from(new.channel)
    # While an attempt is under way, or nobody knows how it ended, the row says where it went, and who reads there.
    may_move = _D.ts.is_(None) & (_D.state != "sending") & (_D.state != "unknown")
    # It was kept for the morning, and now answers what its reader has just done.
    may_hurry = bindparam("is_answer", type_=Boolean) & (_D.state == "waiting") & (_D.attempts == 0)
    may_hurry &= _D.due_at > new.due_at
    return statement.on_conflict_do_update(
        index_elements=_ONE_PLACE,
        set_={
            "channel": case((may_move, new.channel), else_=_D.channel),
            "recipient": case((may_move, new.recipient), else_=_D.recipient),
            "due_at": case(
                (_D.due_at.is_not(None) & ~may_hurry, _D.due_at),
                (_D.ts.is_not(None), bindparam("change_at", type_=UtcDateTime)),
                else_=new.due_at,
            ),
            "is_wanted": case((is_gone, True), else_=_D.is_wanted),
            "state": case((is_in_doubt, "unknown"), (is_over, "waiting"), else_=_D.state),
            "attempts": case((is_over, 0), else_=_D.attempts),
        },
    )


@cache
def _twin_rows(dialect: str) -> Any:
    return _insert_of_post(dialect, DeliveryRole.TWIN).on_conflict_do_nothing(index_elements=_ONE_PLACE)


_ONE_PLACE = ["post_id", "role", "nth"]


def _insert_of_post(dialect: str, role: DeliveryRole) -> Any:
    """An INSERT of one place of the post of this workspace and key."""
    is_home = role is DeliveryRole.HOME
    of_post = {
        "workspace_id": _P.workspace_id,
        "post_id": _P.id,
        "role": literal_column(f"'{role}'"),
        "nth": literal(0),
        "channel": bindparam("to_channel", type_=String) if is_home else literal_column("NULL"),
        "recipient": bindparam("to_recipient", type_=String),
        "thread_of": bindparam("in_thread_of", type_=String) if is_home else literal_column("NULL"),
        "is_wanted": literal(True),
        "due_at": bindparam("speak_at", type_=UtcDateTime),
        "state": literal_column("'waiting'"),
        "attempts": literal(0),
        "sent_revision": literal(0),
    }
    rows = select(*(value.label(name) for name, value in of_post.items())).where(
        _P.workspace_id == bindparam("of_workspace", type_=Integer), _P.key == bindparam("of_key", type_=String)
    )
    return insert_into(cast(Table, Delivery.__table__), dialect).from_select(
        list(of_post), rows, include_defaults=False
    )


__all__ = ["OutgoingPost", "exists", "put"]
