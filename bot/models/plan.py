"""What was agreed with the customer, both sides, in its versions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class Plan(Base):
    """Agreed expectations: goals, how success is measured, how and how often they want to talk, the next review.

    `contact` is with whom of the customer it was agreed.
    """

    __tablename__ = "plans"
    __table_args__ = (Index("ix_plans_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    goals: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text, default="")
    rhythm: Mapped[str] = mapped_column(Text, default="")
    review_on: Mapped[date | None] = mapped_column()
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
