"""Competitors: who courts which account, what they claim, and our answer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class CompetitorClaim(Base):
    """What `competitor` tells an account, as `said_by_id` heard it.

    `name_key` is the competitor's name as names are compared. `until` is the day up to which their offer stands, or the
    customer decides. `contact` is who of them told us. `source` is where it comes from: empty (said by
    itself), or "touchpoint:7", "pulse:3". `answer` is
    what we say to it, empty while nobody has one.
    """

    __tablename__ = "competitor_claims"
    __table_args__ = (
        Index("ix_competitor_claims_account_id", "account_id"),
        Index("ix_competitor_claims_name_key", "workspace_id", "name_key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    competitor: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None] = mapped_column()
    source: Mapped[str] = mapped_column(String(64), default="")
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    said_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
