"""A contact with the customer, by whoever had it, or an internal note."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

LEAVING = text("churn_word <> ''")


class Touchpoint(Base):
    """One contact with the customer, or an internal note (`is_note`), which is kept but does not count as a touch.

    `source_key` is what it was logged from ("message:C1:171…", "ticket:T-1"); one source is one touchpoint.
    `via` is the way in: command, form, message (shortcut), reaction or import. `mood`: calm, tense, churn or empty.
    `churn_word` is rules.churn_words.noted, kept so that the nightly scores read no words. Tickets also carry priority,
    satisfaction (1–5), escalation and `closed_at`.
    """

    __tablename__ = "touchpoints"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source_key"),
        Index("ix_touchpoints_account_id_at", "account_id", "at"),
        Index("ix_touchpoints_workspace_id_by_id_at", "workspace_id", "by_id", "at"),
        Index("ix_touchpoints_leaving", "account_id", "at", sqlite_where=LEAVING, postgresql_where=LEAVING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    logged_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    department: Mapped[str] = mapped_column(String(32), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(16), default="")
    mood: Mapped[str] = mapped_column(String(16), default="")
    churn_word: Mapped[str] = mapped_column(String(60), default="", server_default="")
    words: Mapped[str] = mapped_column(Text, default="")
    is_note: Mapped[bool] = mapped_column(default=False)
    source_key: Mapped[str | None] = mapped_column(String(160))
    via: Mapped[str] = mapped_column(String(16), default="", server_default="")
    permalink: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[str] = mapped_column(String(16), default="")
    satisfaction: Mapped[int | None] = mapped_column()
    escalated: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    row_digest: Mapped[str] = mapped_column(String(40), default="")
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
