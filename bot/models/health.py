"""Health: who is asked to look at an account, what they saw, its score today and on past days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class CheckPrompt(Base):
    """A message that asked for a health check of an account: `post_key` names the post, which may be pruned by now."""

    __tablename__ = "check_prompts"
    __table_args__ = (UniqueConstraint("workspace_id", "post_key"), Index("ix_check_prompts_account_id", "account_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    post_key: Mapped[str] = mapped_column(String(160))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HealthCheck(Base):
    """A check after talking to `contact`: five scales 1–5, each may be unknown. A correction replaces it."""

    __tablename__ = "health_checks"
    __table_args__ = (Index("ix_health_checks_account_id_at", "account_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcomes: Mapped[int | None] = mapped_column()
    relationship: Mapped[int | None] = mapped_column()
    adoption: Mapped[int | None] = mapped_column()
    support: Mapped[int | None] = mapped_column()
    expectations: Mapped[int | None] = mapped_column()
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    heard: Mapped[str] = mapped_column(Text, default="")
    churn_word: Mapped[str] = mapped_column(String(60), default="", server_default="")
    risks: Mapped[list[str]] = mapped_column(JSON, default=list)
    sold_nothing: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("health_checks.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountHealth(Base):
    """The health score as it stands. `inputs`: what is known of each, from which points follow; `alerted_on`
    is when the last fall was told.

    Until `next_change_on` it stays as it is unless something is learnt; without that day it stays for good.
    """

    __tablename__ = "account_health"
    __table_args__ = (
        UniqueConstraint("account_id"),
        Index("ix_account_health_workspace_id_score", "workspace_id", "score"),
        Index("ix_account_health_next_change", "workspace_id", "next_change_on", "account_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    score: Mapped[int | None] = mapped_column()
    confidence: Mapped[int] = mapped_column(default=0)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    weights: Mapped[str] = mapped_column(String(40), default="")
    alerted_on: Mapped[date | None] = mapped_column()
    alerted_score: Mapped[int | None] = mapped_column()
    next_change_on: Mapped[date | None] = mapped_column()
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScorePoint(Base):
    """One day's score, written when it changed. `weights` tells a change of weights from one of the customer."""

    __tablename__ = "score_points"
    __table_args__ = (UniqueConstraint("account_id", "day"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    day: Mapped[date] = mapped_column()
    score: Mapped[int | None] = mapped_column()
    confidence: Mapped[int] = mapped_column(default=0)
    weights: Mapped[str] = mapped_column(String(40), default="")
