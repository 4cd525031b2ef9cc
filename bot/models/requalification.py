"""One-off work that is over: when the customer is asked what has changed since, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class Requalification(Base):
    """A look at one-off work, `days` after it was delivered: what has changed, which problem now, who is still there.

    `due_on` is the day on which the owner is asked, later than planned where the answer was not now. `outcome`: empty
    while it is open, then need, not_now, gone, or stopped (nobody need answer any more). `owner_there` and
    `sponsor_there`: yes, no, or empty where nobody knows. `until` is the day that not now waits for,
    `contact` who of the customer said all that.
    """

    __tablename__ = "requalifications"
    __table_args__ = (
        UniqueConstraint("contract_id", "days"),
        Index("ix_requalifications_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    days: Mapped[int] = mapped_column()
    due_on: Mapped[date] = mapped_column()
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    changed: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    owner_there: Mapped[str] = mapped_column(String(8), default="")
    sponsor_there: Mapped[str] = mapped_column(String(8), default="")
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    until: Mapped[date | None] = mapped_column()
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
