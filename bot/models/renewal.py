"""One contract group's next term, from upcoming to paid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Amount, Base, Id, UtcDateTime


class Renewal(Base):
    """The next term of one account's contracts that fall due together; one card in Slack for its whole life.

    `deadline` is the earliest of the contracts' deadlines, `renewal_date` the earliest renewal date. `rung` is the last
    rung that came (days), `rung_on` the day one last spoke, `carded_at` when its card was first wanted. `closed_at` is
    set when it is paid, lost or over; an open renewal has none. `values` is {currency: amount as text} of the
    contracts, as it stood when last planned. `facts`: `unknown` (contracts without a value), `told` (escalations that
    were told), `lines` (contracts as they stood when they rolled on to their next term), `before_paid` (what undoing
    the payment brings back). `final_values` ({currency: amount as text} a year), `final_term_months`, `term_starts` and
    `term_ends` (the next renewal date) are what was signed; none before that, and of what renewed by itself.
    """

    __tablename__ = "renewals"
    __table_args__ = (
        Index("ix_renewals_account_id", "account_id"),
        Index(
            "ix_renewals_open",
            "workspace_id",
            "deadline",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    deadline: Mapped[date] = mapped_column()
    renewal_date: Mapped[date] = mapped_column()
    term_months: Mapped[int] = mapped_column(default=12)
    auto_renew: Mapped[bool] = mapped_column(default=False)
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    stage: Mapped[str] = mapped_column(String(16), default="upcoming")
    stage_at: Mapped[datetime] = mapped_column(UtcDateTime)
    forecast: Mapped[str | None] = mapped_column(String(16))
    forecast_reason: Mapped[str] = mapped_column(Text, default="")
    proposed_value: Mapped[Decimal | None] = mapped_column(Amount)
    proposed_currency: Mapped[str | None] = mapped_column(String(3))
    close_date: Mapped[date | None] = mapped_column()
    final_values: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    final_term_months: Mapped[int | None] = mapped_column()
    term_starts: Mapped[date | None] = mapped_column()
    term_ends: Mapped[date | None] = mapped_column()
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[date | None] = mapped_column()
    snooze_reason: Mapped[str] = mapped_column(Text, default="")
    rung: Mapped[int | None] = mapped_column()
    rung_on: Mapped[date | None] = mapped_column()
    carded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invoiced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lost_reason: Mapped[str | None] = mapped_column(String(32))
    lost_words: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
