"""Autopsies of renewals that were lost or shrank, and what people said would have helped."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

STANDING = text("withdrawn_at IS NULL")


class Autopsy(Base):
    """What came before a renewal was lost or shrank, as it was known on `day`.

    `what` is one of autopsies.rules.signals.Loss, `facts` what autopsies.facts.Findings writes: numbers of people, not
    their names. It is withdrawn when the loss is undone; a renewal has one that stands at most.
    """

    __tablename__ = "autopsies"
    __table_args__ = (
        Index("ix_autopsies_standing", "renewal_id", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
        Index("ix_autopsies_account_id_created_at", "account_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    renewal_id: Mapped[int] = mapped_column(ForeignKey("renewals.id"))
    what: Mapped[str] = mapped_column(String(16))
    day: Mapped[date] = mapped_column()
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))


class AutopsyAnswer(Base):
    """What one person said would have helped. Who says something else later adds a row; nothing is written over."""

    __tablename__ = "autopsy_answers"
    __table_args__ = (Index("ix_autopsy_answers_autopsy_id", "autopsy_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    autopsy_id: Mapped[int] = mapped_column(ForeignKey("autopsies.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    words: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
