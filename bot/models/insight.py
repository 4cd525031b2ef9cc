"""The library of what is worth telling a customer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class Insight(Base):
    """Something worth telling a customer: for one account, for some industries, or for everyone (neither is set).

    `kind` is one of insights.rules.InsightKind, `goal` one of Goal or empty for any, `offer` what it may lead to.
    `topics` and `industries` are words as people wrote them. For an invitation `valid_until` is its day. `published_on`
    is when its source says it appeared; `source_key` what it was imported from ("feed:3f…", "csv:I-7").
    """

    __tablename__ = "insights"
    __table_args__ = (
        Index("ix_insights_workspace_id_created_at", "workspace_id", "created_at"),
        Index("ix_insights_source", "workspace_id", "source_key", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    words: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(16), default="article", server_default="article")
    industries: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    is_about_us: Mapped[bool] = mapped_column(default=False, server_default=false())
    goal: Mapped[str] = mapped_column(String(16), default="", server_default="")
    offer: Mapped[str] = mapped_column(String(200), default="", server_default="")
    valid_until: Mapped[date | None] = mapped_column()
    published_on: Mapped[date | None] = mapped_column()
    source_key: Mapped[str | None] = mapped_column(String(160))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
