"""What Slack must show: one row per message, wanted in the same transaction as the change that caused it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, func, select

from bot.db.bulk import run_many
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.models import Post
from bot.posts.placing import OutgoingPost, placed


def put(work: Work, wanted: Sequence[OutgoingPost], is_once: bool = False) -> None:
    """Ask for messages, new or changed. Several changes before delivery cost one call.

    `is_once`: what was wanted before stays as it is. A new message to one person waits until they may be spoken to; one
    that is there already changes at once, and so does one that answers what its reader just did.
    """
    if not wanted:
        return
    rows = [
        {
            "workspace_id": work.workspace_id,
            "key": w.key,
            "kind": w.kind,
            "facts": dict(w.facts),
            "channel": w.channel,
            "recipient": w.recipient,
            "owner": w.owner,
            "thread_of": w.thread_of,
            "thread_ts": w.thread_ts,
            "caused_by": w.by,
            "wanted": 1,
            "sent": 0,
            "state": "waiting",
            "attempts": 0,
            "due_at": speak_at,
            "created_at": work.now,
        }
        for w, speak_at in placed(work, wanted)
    ]
    run_many(work.session, _want(dialect_of(work.session), is_once), rows)


def exists(work: Work, key: str) -> bool:
    """Whether this message was ever wanted."""
    return work.session.connection().execute(_BY_KEY, {"workspace": work.workspace_id, "key": key}).first() is not None


# Built once: building these costs more than running them, and people wait for what is wanted here.
_POST = Post.__table__.c
_BY_KEY = select(_POST.id).where(_POST.workspace_id == bindparam("workspace"), _POST.key == bindparam("key"))


@cache
def _want(dialect: str, is_once: bool) -> Any:
    table = Post.__table__
    statement = insert_into(table, dialect)
    if is_once:
        return statement.on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    new = statement.excluded
    # Not `in_`: a list of values cannot be part of a statement that is run for many rows.
    is_over = (table.c.state == "sent") | (table.c.state == "dead")
    # Given up before anyone knew whether it got there: there it may still stand.
    is_in_doubt = (table.c.state == "dead") & table.c.ts.is_(None) & table.c.attempted_at.is_not(None)
    is_in_doubt &= table.c.channel.is_not_distinct_from(new.channel)
    # While an attempt is under way, or nobody knows how it ended, the row says where it went, and who reads there.
    may_move = table.c.ts.is_(None) & (table.c.state != "sending") & (table.c.state != "unknown")
    # It was kept for the morning, and now answers what its reader has just done.
    may_hurry = new.caused_by.is_not(None) & (table.c.state == "waiting") & (table.c.attempts == 0)
    may_hurry &= table.c.due_at > new.due_at
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "key"],
        set_={
            "kind": new.kind,
            "facts": new.facts,
            "owner": new.owner,
            "caused_by": func.coalesce(new.caused_by, table.c.caused_by),
            "channel": case((may_move, new.channel), else_=table.c.channel),
            "recipient": case((may_move, new.recipient), else_=table.c.recipient),
            "wanted": table.c.wanted + 1,
            "due_at": case(
                (table.c.due_at.is_not(None) & ~may_hurry, table.c.due_at),
                (table.c.ts.is_not(None), new.created_at),
                else_=new.due_at,
            ),
            "state": case((is_in_doubt, "unknown"), (is_over, "waiting"), else_=table.c.state),
            "attempts": case((is_over, 0), else_=table.c.attempts),
        },
    )


__all__ = ["OutgoingPost", "exists", "put"]
