"""Digests that people have set up; what overviews have told, and what became of each line that asked for something."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

UNANSWERED = text("acted_on IS NULL")


class DigestSetup(Base):
    """A digest that `member_id` has set up.

    `scope` is one of digests.scope.ScopeKind; of a team, `lead_id` says whose, empty for one's own; `segment` as it
    stands at accounts. `rhythm` is one of digests.scope.Rhythm, `weekdays` its days as digits (0: Monday), empty for
    those of the rhythm itself; `at` ("08:00") empty for when the day begins. It goes to `channel`, to the person where
    that is empty. `left_out` are names of parts.

    `since`: up to when the last one told, empty before the first; `told`: what a person's own has told (rules.Told).
    `outcome` (choice.DigestOutcome) says what became of the last one at `outcome_at`; `post_key` is its message.
    """

    __tablename__ = "digest_setups"
    __table_args__ = (Index("ix_digest_setups_workspace_id_member_id", "workspace_id", "member_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    scope: Mapped[str] = mapped_column(String(16))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    segment: Mapped[str] = mapped_column(String(100), default="")
    rhythm: Mapped[str] = mapped_column(String(16))
    weekdays: Mapped[str] = mapped_column(String(7), default="")
    at: Mapped[str] = mapped_column(String(5), default="")
    channel: Mapped[str | None] = mapped_column(String(32))
    left_out: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_paused: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    post_key: Mapped[str] = mapped_column(String(160), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SentOverview(Base):
    """An overview that was sent by a set-up of `/digest`, which may be gone by now.

    `figures` are what the next one is held against: name → {currency: amount as text}.
    """

    __tablename__ = "sent_overviews"
    __table_args__ = (Index("ix_sent_overviews_workspace_id_setup_id_sent_at", "workspace_id", "setup_id", "sent_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    setup_id: Mapped[int] = mapped_column(Id)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SentLine(Base):
    """A line of an overview that asked for something. `key` is what it asked about ("overdue:7"), `part` the kind.

    `acted_on` is the day on which somebody acted on it, or what it asked about was found to be gone.
    """

    __tablename__ = "digest_lines"
    __table_args__ = (
        Index("ix_digest_lines_workspace_id_setup_id_sent_on", "workspace_id", "setup_id", "sent_on"),
        Index(
            "ix_digest_lines_unanswered",
            "workspace_id",
            "part",
            "sent_on",
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    setup_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_on: Mapped[date] = mapped_column()
    acted_on: Mapped[date | None] = mapped_column()
