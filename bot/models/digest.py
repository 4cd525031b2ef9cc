"""What overviews have told: one row for each that was sent, and one for each of its lines that asked for something."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

UNANSWERED = text("acted_on IS NULL")


class SentOverview(Base):
    """An overview that was sent by a set-up of `/digest`, which may be gone by now.

    `figures` are what the next one is held against: name → {currency: amount as text}.
    """

    __tablename__ = "sent_overviews"
    __table_args__ = (Index("ix_sent_overviews_workspace_id_setup_id_sent_at", "workspace_id", "setup_id", "sent_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    setup_id: Mapped[int] = mapped_column(Id)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SentLine(Base):
    """A line of an overview that asked for something. `key` is what it asked about ("overdue:7"), `part` the kind.

    `acted_on` is the day on which somebody acted on it, or what it asked about was found to be gone.
    """

    __tablename__ = "digest_lines"
    __table_args__ = (
        Index("ix_digest_lines_workspace_id_setup_id_sent_on", "workspace_id", "setup_id", "sent_on"),
        Index(
            "ix_digest_lines_unanswered",
            "workspace_id",
            "part",
            "sent_on",
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    setup_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_on: Mapped[date] = mapped_column()
    acted_on: Mapped[date | None] = mapped_column()
