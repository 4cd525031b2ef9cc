"""Pulse checks: a round in which the team is asked about an account, and what each answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

RUNNING = text("closed_at IS NULL")
OFFERED = text("insight_id IS NOT NULL")


class PulseRound(Base):
    """One question to an account's team. `asked` are the members it went to; it closes on the morning of `closes_on`.

    An account has one running round at most. Once it has closed: `value` (0–100) is what the answers came to, empty
    when nobody answered, `worst` the worst colour given, `heard` how many answers were heard from the customer,
    `churn_word` rules.churn_words.noted of what was said, `check_asked_at` when a health check was scheduled because an
    answer was red.
    """

    __tablename__ = "pulse_rounds"
    __table_args__ = (
        Index("ix_pulse_rounds_running", "account_id", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_pulse_rounds_account_id_opened_at", "account_id", "opened_at"),
        Index("ix_pulse_rounds_workspace_id_opened_at", "workspace_id", "opened_at"),
        Index("ix_pulse_rounds_insight_id", "insight_id", sqlite_where=OFFERED, postgresql_where=OFFERED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    closes_on: Mapped[date] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked: Mapped[list[int]] = mapped_column(JSON, default=list)
    insight_id: Mapped[int | None] = mapped_column(ForeignKey("insights.id"))
    value: Mapped[int | None] = mapped_column()
    worst: Mapped[str] = mapped_column(String(8), default="", server_default="")
    heard: Mapped[int] = mapped_column(default=0, server_default="0")
    churn_word: Mapped[str] = mapped_column(String(60), default="", server_default="")
    check_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PulseAnswer(Base):
    """What one person said in one round: green, yellow or red, up to three reasons, words.

    `heard_on` is the day on which the customer said so, `heard_from` who of them; without a day it is an impression.
    `earlier` holds what the same person had said in this round before, oldest first: an `Earlier` each, as JSON.
    """

    __tablename__ = "pulse_answers"
    __table_args__ = (
        UniqueConstraint("round_id", "member_id"),
        Index("ix_pulse_answers_workspace_id_member_id", "workspace_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("pulse_rounds.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    colour: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    words: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_on: Mapped[date | None] = mapped_column()
    heard_from: Mapped[str] = mapped_column(String(200), default="", server_default="")
    earlier: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
