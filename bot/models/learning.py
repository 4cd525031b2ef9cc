"""What the team learns about a customer: touchpoints, follow-ups, pulses, health checks, plans, insights, scores."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

OPEN = text("done_at IS NULL")
RUNNING = text("closed_at IS NULL")
LEAVING = text("churn_word <> ''")
OFFERED = text("insight_id IS NOT NULL")


class Touchpoint(Base):
    """One contact with the customer, or an internal note (`is_note`), which is kept but does not count as a touch.

    `source_key` is what it was logged from ("message:C1:171…", "ticket:T-1"); one source is one touchpoint.
    `via` is the way in: command, form, message (shortcut), reaction or import. `mood`: calm, tense, churn or empty.
    `churn_word` is rules.churn_words.noted, kept so that the nightly scores read no words. Tickets also carry priority,
    satisfaction (1–5), escalation and `closed_at`.
    """

    __tablename__ = "touchpoints"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source_key"),
        Index("ix_touchpoints_account_id_at", "account_id", "at"),
        Index("ix_touchpoints_workspace_id_by_id_at", "workspace_id", "by_id", "at"),
        Index("ix_touchpoints_leaving", "account_id", "at", sqlite_where=LEAVING, postgresql_where=LEAVING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    logged_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    department: Mapped[str] = mapped_column(String(32), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(16), default="")
    mood: Mapped[str] = mapped_column(String(16), default="")
    churn_word: Mapped[str] = mapped_column(String(60), default="", server_default="")
    words: Mapped[str] = mapped_column(Text, default="")
    is_note: Mapped[bool] = mapped_column(default=False)
    source_key: Mapped[str | None] = mapped_column(String(160))
    via: Mapped[str] = mapped_column(String(16), default="", server_default="")
    permalink: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[str] = mapped_column(String(16), default="")
    satisfaction: Mapped[int | None] = mapped_column()
    escalated: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    row_digest: Mapped[str] = mapped_column(String(40), default="")
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    `earlier` holds what the same person had said in this round before, oldest first: colour, reasons, words, heard_on,
    heard_from, at.
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
