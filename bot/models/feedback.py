"""What people say of the bot's alerts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class Dismissal(Base):
    """An alert that `member_id` dismissed as wrong.

    `subject` is what it was about ("renewal:7", "pulse:3"), `reason` one of workspace.alerts.Wrong, `words` what they
    wrote beside it.
    """

    __tablename__ = "dismissals"
    __table_args__ = (Index("ix_dismissals_workspace_id_at", "workspace_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    subject: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
