"""Nurture: what was proposed to which account and what came of it, pauses, and what lies ahead at a customer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

OPEN = text("state = 'open'")
LASTING = text("ended_at IS NULL")


class NurtureTouch(Base):
    """One proposal to tell an account something; an account has one open one at most.

    `goal` is one of insights.rules.Goal; `state` open, sent, not_now (with `reason`) or lapsed, when the next one came
    first. `opening` are the words that were proposed. `answer` of the customer: interested, replied, silent; for an
    invitation `attendance`: invited, coming, came, no. `said` is what they said to it,
    `heard_from` who of them did; `contact` is for whom it was.
    """

    __tablename__ = "nurture_touches"
    __table_args__ = (
        Index("ix_nurture_touches_account_id", "account_id", "proposed_at"),
        Index("ix_nurture_touches_member", "workspace_id", "member_id", "proposed_at"),
        Index("ix_nurture_touches_workspace_id_proposed_at", "workspace_id", "proposed_at"),
        Index("ix_nurture_touches_open", "account_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    insight_id: Mapped[int] = mapped_column(ForeignKey("insights.id"))
    goal: Mapped[str] = mapped_column(String(16))
    opening: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(200), default="")
    fits: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="open")
    reason: Mapped[str] = mapped_column(String(16), default="")
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("touchpoints.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    answer: Mapped[str] = mapped_column(String(16), default="")
    attendance: Mapped[str] = mapped_column(String(16), default="")
    said: Mapped[str] = mapped_column(Text, default="")
    heard_from: Mapped[str] = mapped_column(String(200), default="", server_default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))


class InsightUse(Base):
    """An insight that was proposed to an account: the database holds that it never is again."""

    __tablename__ = "insight_uses"
    __table_args__ = (
        UniqueConstraint("account_id", "insight_id"),
        Index("ix_insight_uses_insight_id", "insight_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    insight_id: Mapped[int] = mapped_column(ForeignKey("insights.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NurturePause(Base):
    """A time in which nothing is proposed at an account: no nurture touch, growth, referral or one-off question.

    `until` is the day on which it ends by itself; empty: when somebody ends it. `ended_by_id` is empty where its day
    did. `reason` is in the words of whoever paused it. An account has one that lasts at most.
    """

    __tablename__ = "nurture_pauses"
    __table_args__ = (
        Index("ix_nurture_pauses_account_id", "account_id", "paused_at"),
        Index("ix_nurture_pauses_lasting", "account_id", unique=True, sqlite_where=LASTING, postgresql_where=LASTING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    paused_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paused_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    until: Mapped[date | None] = mapped_column()
    reason: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))


class TriggerEvent(Base):
    """Something that happens at a customer on a day: `kind` is one of insights.rules.TriggerKind.

    `matters` says why it matters to them, `prepare` what we have ready by then. A yearly one comes again on the same
    day of each year. `ended_at`: taken off the list.
    """

    __tablename__ = "trigger_events"
    __table_args__ = (Index("ix_trigger_events_account_id", "account_id", "on_day"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
    matters: Mapped[str] = mapped_column(Text)
    prepare: Mapped[str] = mapped_column(Text, default="")
    on_day: Mapped[date] = mapped_column()
    is_yearly: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
