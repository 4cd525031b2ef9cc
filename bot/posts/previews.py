"""Link previews: each is recorded as a post, though the message below it is not ours, so that it can be emptied."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from sqlalchemy import Table

from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.models import Delivery, Post
from bot.models.post import DeliveryRole
from bot.slack import blocks
from bot.slack.message import message
from bot.workspace import channels

KIND = "link_preview"
EMPTY = message("", [blocks.context("This preview was taken back: not only the team reads here any more.")]).blocks
"""What takes a preview's place, since Slack has no call that takes one away."""


def record(work: Work, channel: str, ts: str, urls: Collection[str]) -> None:
    """Remember that links (`urls`) of somebody's message are about to show a preview. Again with others: these count.

    Where others have come to read meanwhile, it is due to be emptied at once.
    """
    is_closed = channel in channels.why_closed(work, [channel])
    table, place = cast(Table, Post.__table__), cast(Table, Delivery.__table__)
    key, facts = f"preview:{channel}:{ts}", {"urls": sorted(urls)}
    shown = {
        "workspace_id": work.workspace_id,
        "key": key,
        "kind": KIND,
        "facts": facts,
        "revision": 1,
        "created_at": work.now,
    }
    statement = insert_for(work.session, table).values(**shown)
    again = statement.on_conflict_do_update(index_elements=["workspace_id", "key"], set_={"facts": facts})
    post_id = work.session.execute(again.returning(table.c.id)).scalar_one()
    stands = {
        "sent_channel": channel,
        "ts": ts,
        "state": "waiting" if is_closed else "sent",
        "due_at": work.now if is_closed else None,
    }
    row = {
        "workspace_id": work.workspace_id,
        "post_id": post_id,
        "role": DeliveryRole.PREVIEW,
        "nth": 0,
        "channel": channel,
    }
    row |= {"is_wanted": True, "attempts": 0, "sent_revision": 1, "sent_at": work.now}
    put = insert_for(work.session, place).values(**row, **stands)
    work.session.execute(put.on_conflict_do_update(index_elements=["post_id", "role", "nth"], set_=stands))
