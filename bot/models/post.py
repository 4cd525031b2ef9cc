"""Posts and deliveries: what Slack must show, and where it stands or is to stand.

A post says what: one row for each message the bot owns. A delivery says where and how it went: one row for each place.
Both are written in the transaction of the change that caused them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

PENDING = text("due_at IS NOT NULL")
PENDING_IN_THREAD = text("due_at IS NOT NULL AND thread_of IS NOT NULL")
UNWANTED = text("due_at IS NOT NULL AND NOT is_wanted")
STARTED = text("due_at IS NOT NULL AND (ts IS NOT NULL OR state IN ('sending', 'unknown'))")
PLACED = text("sent_channel IS NOT NULL")
DEAD = text("state = 'dead'")


class DeliveryRole(StrEnum):
    """What a place is to its post."""

    HOME = "home"
    """Where the message belongs, or who is told instead; one for each post. Its thread is the post's thread."""
    TWIN = "twin"
    """The direct message to whom a line in a thread names, if they want reminders so."""
    PREVIEW = "preview"
    """The preview that links of somebody's message show."""
    FORMER = "former"
    """Where it stood before it moved: one line there says where it went, unless nothing could be changed there."""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    SENDING = "sending"
    """Claimed for one attempt, by `fence`."""
    UNKNOWN = "unknown"
    """Nobody knows how the attempt ended: it is looked for before it is sent again."""
    SENT = "sent"
    REMOVING = "removing"
    """It is being taken away, and nobody knows yet whether it is gone."""
    BLANKED = "blanked"
    """It stands there without its words, since it cannot be taken away now, or at all."""
    DEAD = "dead"
    """Given up, for the reason in `error`."""
    WITHDRAWN = "withdrawn"
    """It stands there no more, or never will, and that is as it should be."""


class Post(Base):
    """A message the bot owns. `facts` are rendered by `kind` at send time; `revision` counts how often it was wanted.

    `owner` is the person (Slack id) told instead when its channel cannot have it, `caused_by` the one whose act it
    answers: to them it goes at once, whatever the hour. `thread_of` is the key of the post in whose thread it goes,
    `thread_ts` a message that is not ours, in the channel where it belongs.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index("ix_posts_kind_created", "workspace_id", "kind", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str | None] = mapped_column(String(32))
    caused_by: Mapped[str | None] = mapped_column(String(32))
    thread_of: Mapped[str | None] = mapped_column(String(160))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One place of a post. `role` and `nth` say which of its places it is.

    `channel` or `recipient` (a person's Slack id, for a direct message) is where it is to stand; with both, the channel
    is closed to it and the person is told instead, for `reroute_reason` (shared, guest, unreachable). `is_wanted`:
    whether it is to stand there at all. `thread_of` is the post's, kept here too since the queue is read by it.

    `sent_channel`, `sent_thread`, `ts` and `sent_revision` say what stands where once it is there; before that, the
    first two are where the last attempt went. `due_at` is the earliest moment of the next attempt, empty when all is
    done. `attempted_at` is by Slack's clock, by which it looks.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("post_id", "role", "nth"),
        Index("ix_deliveries_due", "workspace_id", "due_at", sqlite_where=PENDING, postgresql_where=PENDING),
        Index(
            "ix_deliveries_thread_due",
            "workspace_id",
            "thread_of",
            sqlite_where=PENDING_IN_THREAD,
            postgresql_where=PENDING_IN_THREAD,
        ),
        Index("ix_deliveries_unwanted", "workspace_id", "due_at", sqlite_where=UNWANTED, postgresql_where=UNWANTED),
        # What is due and stands in Slack already, or may stand there. Most of a long queue has never been sent.
        Index("ix_deliveries_started", "workspace_id", "due_at", sqlite_where=STARTED, postgresql_where=STARTED),
        Index(
            "ix_deliveries_sent",
            "workspace_id",
            "sent_channel",
            "ts",
            sqlite_where=PLACED,
            postgresql_where=PLACED,
        ),
        Index("ix_deliveries_dead", "workspace_id", "id", sqlite_where=DEAD, postgresql_where=DEAD),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(16), default=DeliveryRole.HOME)
    nth: Mapped[int] = mapped_column(Id, default=0)
    channel: Mapped[str | None] = mapped_column(String(32))
    recipient: Mapped[str | None] = mapped_column(String(32))
    reroute_reason: Mapped[str | None] = mapped_column(String(16))
    thread_of: Mapped[str | None] = mapped_column(String(160))
    is_wanted: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int | None] = mapped_column(BigInteger)
    attempted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_revision: Mapped[int] = mapped_column(default=0)
    sent_channel: Mapped[str | None] = mapped_column(String(32))
    sent_thread: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


class DeliveryDoubt(Base):
    """An attempt that was not found and made again. Slack may accept it late: it is looked for at `look_at`.

    `attempted_at` is by Slack's clock; `looks` counts how often it was looked for since.
    """

    __tablename__ = "delivery_doubts"
    __table_args__ = (
        Index("ix_delivery_doubts_workspace_id_look_at", "workspace_id", "look_at"),
        Index("ix_delivery_doubts_delivery_id", "delivery_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    attempted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    look_at: Mapped[datetime] = mapped_column(UtcDateTime)
    looks: Mapped[int] = mapped_column(default=0)
