"""Who reads where, and where an attempt went"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.db.engine import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NOT_KNOWN = "The person to be told is not known in this workspace."


def upgrade() -> None:
    # Column by column: a table that others point to cannot be made anew on SQLite while it holds rows.
    op.add_column("workspaces", sa.Column("guests_may_read", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("channels", sa.Column("has_guests", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("channels", sa.Column("num_members", sa.Integer(), nullable=True))
    op.add_column("channels", sa.Column("members_checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("agenda", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("posts", sa.Column("sent_thread", sa.String(length=32), nullable=True))
    _give_back_recipients(op.get_bind())


def downgrade() -> None:
    op.drop_column("posts", "sent_thread")
    op.drop_column("agenda", "failures")
    for name in ("members_checked_at", "num_members", "has_guests"):
        op.drop_column("channels", name)
    op.drop_column("workspaces", "guests_may_read")


def _give_back_recipients(connection: sa.Connection) -> None:
    """Cards that stand in their owner's direct messages and were given up, since who reads there had been forgotten."""
    of_post = ("id", "workspace_id", "key", "thread_of", "recipient", "routed", "sent_channel", "ts", "state", "error")
    posts = sa.table("posts", *(sa.column(name) for name in of_post), sa.column("due_at", UtcDateTime))
    of_member = ("workspace_id", "slack_id", "dm_channel")
    members = sa.table("members", *(sa.column(name) for name in of_member))
    broken = connection.execute(
        sa.select(posts.c.id, posts.c.workspace_id, posts.c.key, members.c.slack_id)
        .join(
            members,
            (members.c.workspace_id == posts.c.workspace_id) & (members.c.dm_channel == posts.c.sent_channel),
        )
        .where(
            posts.c.routed.is_not(None),
            posts.c.recipient.is_(None),
            posts.c.thread_of.is_(None),
            posts.c.sent_channel.startswith("D"),
            posts.c.ts.is_not(None),
        )
    ).all()
    again: dict[str, Any] = {"state": "waiting", "due_at": datetime.now(UTC), "error": None}
    given_up = (posts.c.state == "dead") & (posts.c.error == NOT_KNOWN)
    for row in broken:
        connection.execute(posts.update().where(posts.c.id == row.id).values(recipient=row.slack_id))
        mine = (posts.c.workspace_id == row.workspace_id) & ((posts.c.id == row.id) | (posts.c.thread_of == row.key))
        connection.execute(posts.update().where(mine, given_up).values(**again))
