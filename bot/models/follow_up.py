"""What somebody is to do at an account by a day, and whether it was promised."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

OPEN = text("done_at IS NULL")


class FollowUp(Base):
    """A next step with an owner and a day. A promise was made to the customer: done is kept, late is broken.

    `source` is "touchpoint:12", "pulse:3", "health_check:4" or "person:5". `contact` is with whom of the customer
    it is to be done, or to whom it was promised, as it was typed. `outcome`: done, dropped, kept, broken.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("ix_follow_ups_account_id", "account_id", "due_on"),
        Index("ix_follow_ups_open", "workspace_id", "owner_id", "due_on", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    words: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column()
    is_promise: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(64), default="")
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    outcome: Mapped[str | None] = mapped_column(String(16))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
