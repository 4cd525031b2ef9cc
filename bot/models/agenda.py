"""The agenda: one row for each future job.

It stands where a queue library might: a row written in the same transaction as the change that caused it is what makes
"nothing due goes unsaid" true.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

UNHANDLED = text("handled_at IS NULL")


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
