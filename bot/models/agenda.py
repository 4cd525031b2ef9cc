"""The two tables in the loop: what to do next, and what Slack must show.

They stand where a queue library might: a row written in the same transaction as the change that caused it is what
makes "nothing due goes unsaid" true.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

UNHANDLED = text("handled_at IS NULL")
PENDING = text("due_at IS NOT NULL")
DEAD = text("state = 'dead'")


class JobRow(Base):
    """A future job. `kind` names its one handler, `subject` is "noun:id", `dedupe_key` what is open once for both.

    `urgency`: lower runs first among rows due at the same moment. `failures`: how often running it has failed.
    `revision` grows when an open row is asked for or moved.
    """

    __tablename__ = "agenda"
    __table_args__ = (
        Index(
            "uq_agenda_open",
            "workspace_id",
            "kind",
            "subject",
            "dedupe_key",
            unique=True,
            sqlite_where=UNHANDLED,
            postgresql_where=UNHANDLED,
        ),
        Index(
            "ix_agenda_due",
            "workspace_id",
            "due_at",
            "urgency",
            sqlite_where=UNHANDLED,
            postgresql_where=UNHANDLED,
        ),
        Index("ix_agenda_subject", "workspace_id", "subject"),
        # The id of a cancelled job must not come back: who has read the old one would take the new one for it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    dedupe_key: Mapped[str] = mapped_column(String(64), default="")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    urgency: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(server_default="0")
    revision: Mapped[int] = mapped_column(server_default="0")


class Post(Base):
    """A message the bot owns in Slack. `facts` are rendered by `kind` at send time.

    `channel` or `recipient` (a person's Slack id, for a DM) says where; `owner` is the person told instead when the
    channel cannot have it, and `routed` why (shared, guest, unreachable, …). `thread_of` is the key of the parent post,
    `thread_ts` a message in `channel` that is not ours, in whose thread it goes. `caused_by` is the person (Slack id)
    whose act it answers: to them it goes at once, whatever the hour. `sent_channel`, `sent_thread` and `ts`
    say where it stands once it is there; before that, the first two are where the last attempt went. `due_at` is the
    earliest moment of the next attempt, empty when all is done. `state`: waiting, sending (claimed by `fence`), unknown
    (must be looked for before it is sent again), sent, dead. `attempted_at` is by Slack's clock, by which it looks.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index("ix_posts_due", "workspace_id", "due_at", sqlite_where=PENDING, postgresql_where=PENDING),
        Index("ix_posts_workspace_id_sent_channel_ts", "workspace_id", "sent_channel", "ts"),
        Index("ix_posts_thread_due", "workspace_id", "thread_of", sqlite_where=PENDING, postgresql_where=PENDING),
        Index("ix_posts_dead", "workspace_id", "id", sqlite_where=DEAD, postgresql_where=DEAD),
        Index("ix_posts_channel_created", "workspace_id", "channel", "kind", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    channel: Mapped[str | None] = mapped_column(String(32))
    recipient: Mapped[str | None] = mapped_column(String(32))
    owner: Mapped[str | None] = mapped_column(String(32))
    routed: Mapped[str | None] = mapped_column(String(16))
    thread_of: Mapped[str | None] = mapped_column(String(160))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    caused_by: Mapped[str | None] = mapped_column(String(32))
    wanted: Mapped[int] = mapped_column(default=1)
    sent: Mapped[int] = mapped_column(default=0)
    sent_channel: Mapped[str | None] = mapped_column(String(32))
    sent_thread: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int | None] = mapped_column(BigInteger)
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PostDoubt(Base):
    """An attempt at a post that was not found and made again. Slack may accept it late: it is looked for at `look_at`.

    `attempted_at` is by Slack's clock; `looks` counts how often it was looked for since.
    """

    __tablename__ = "post_doubts"
    __table_args__ = (
        Index("ix_post_doubts_workspace_id_look_at", "workspace_id", "look_at"),
        Index("ix_post_doubts_post_id", "post_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    attempted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    look_at: Mapped[datetime] = mapped_column(UtcDateTime)
    looks: Mapped[int] = mapped_column(default=0)
