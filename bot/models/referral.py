"""Referrals: whom at a customer we asked for one, whom they named, and whether we said thank you."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

UNTHANKED = text("given_at IS NOT NULL AND thanked_at IS NULL")


class Referral(Base):
    """One referral of one person: asked for, given, thanked, each with its moment and by whom of ours.

    `asked_at` is empty where somebody was named without our asking. `named` and `company` are whom they named, `words`
    what they said of them.
    """

    __tablename__ = "referrals"
    __table_args__ = (
        Index("ix_referrals_account_id", "account_id"),
        Index("ix_referrals_person_id", "person_id"),
        Index("ix_referrals_workspace_id_asked_at", "workspace_id", "asked_at"),
        Index("ix_referrals_unthanked", "workspace_id", "id", sqlite_where=UNTHANKED, postgresql_where=UNTHANKED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("customer_people.id"))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    named: Mapped[str] = mapped_column(String(200), default="")
    company: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    thanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    thanked_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReferralHint(Base):
    """A suggestion to `member_id` to ask this person for a referral. `answer`: asked, not_now, or empty."""

    __tablename__ = "referral_hints"
    __table_args__ = (
        Index("ix_referral_hints_member_id_at", "workspace_id", "member_id", "at"),
        Index("ix_referral_hints_person_id", "person_id"),
        Index("ix_referral_hints_account_id", "account_id", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("customer_people.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(16), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
