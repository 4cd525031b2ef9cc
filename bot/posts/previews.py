"""Link previews: each is recorded as a post, though the message below it is not ours, so that it can be emptied."""

from __future__ import annotations

from collections.abc import Collection

from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.models import Post
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
    row = {
        "workspace_id": work.workspace_id,
        "key": f"preview:{channel}:{ts}",
        "kind": KIND,
        "facts": {"urls": sorted(urls)},
        "channel": channel,
        "sent_channel": channel,
        "ts": ts,
        "wanted": 1,
        "sent": 1,
        "state": "waiting" if is_closed else "sent",
        "due_at": work.now if is_closed else None,
        "created_at": work.now,
        "sent_at": work.now,
    }
    again = {name: row[name] for name in ("facts", "sent_channel", "ts", "state", "due_at")}
    statement = insert_for(work.session, Post.__table__).values(**row)
    work.session.execute(statement.on_conflict_do_update(index_elements=["workspace_id", "key"], set_=again))
