"""An account handed over from sales to support, or back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

WAITING = text("state = 'waiting'")


class Handoff(Base):
    """One handoff, with its package in the giver's words. `direction`: to_support or to_sales. `contact` is
    whom of the customer the receiver talks to first.

    `state`: waiting, accepted, returned (with the `gaps` named) or withdrawn. An account has one waiting handoff in
    each direction at most.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "ix_handoffs_waiting",
            "account_id",
            "direction",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_handoffs_to_accept", "workspace_id", "receiver_id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_handoffs_account_id_created_at", "account_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    direction: Mapped[str] = mapped_column(String(16))
    giver_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    promised: Mapped[str] = mapped_column(Text)
    expects: Mapped[str] = mapped_column(Text)
    risks: Mapped[str] = mapped_column(Text)
    first: Mapped[str] = mapped_column(Text)
    first_by: Mapped[date | None] = mapped_column()
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    state: Mapped[str] = mapped_column(String(16))
    gaps: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
