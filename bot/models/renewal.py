"""One contract group's next term, from upcoming to paid, and what was escalated of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Amount, Base, Id, UtcDateTime

CLAIMED = text("claimed_by_id IS NOT NULL")


class Renewal(Base):
    """The next term of one account's contracts that fall due together; one card in Slack for its whole life.

    - When: `deadline` is the earliest of the contracts' deadlines, `renewal_date` the earliest renewal date.
    - Worth: `values` is {currency: amount as text} of the contracts, as it stood when last planned, `unknown_values`
      the number of contracts without a value.
    - Signed: `final_values` (as `values`, a year), `final_term_months`, `term_starts` and `term_ends` (the next renewal
      date); none before that, and of what renewed by itself.
    - Taken on: `claimed_by_id` since `claimed_at`; `first_claimed_at` is when anybody first took it on, and stays.
    - Spoken: `first_rung_at` is when its first rung came, and stays. `rung` is the last rung that came (days),
      `rung_on` the day one last spoke, `carded_at` when its card was first wanted. `escalation_round`: how often its
      escalation has started over. `is_kept_silent`: something fell due while it was snoozed, and is said when the
      snooze ends. `snoozed_at` is when it was put to sleep, which is no work on it; `touched_before_snooze` when it was
      last worked on before. `stand_in` is the Slack id of the person or channel that its card went to while
      `stand_in_for`, its owner, was away.
    - Its next term has begun when `rolled_contracts` is there: the ids of the contracts that went on, to
      `next_renewal_date`, `renewed_by_itself` or as signed. `rolled_lines` are they as they stood (facts.ContractLine;
      the first few of `contract_count`), `agreed_values` the value they took, `unshared_values` what could not be
      shared out among them. `split_from_id` is the renewal that they left.
    - Over: `closed_at` is set when it is paid, lost or ended. `paid_by` is the name of who marked it paid, and
      `before_payment` what undoing that brings back (undo_payment.BeforePayment). The contracts of a lost one run
      `lost_until`.
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
        Index(
            "ix_renewals_claimed",
            "workspace_id",
            "claimed_by_id",
            "closed_at",
            sqlite_where=CLAIMED,
            postgresql_where=CLAIMED,
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
    unknown_values: Mapped[int] = mapped_column(default=0)
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
    first_claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[date | None] = mapped_column()
    snooze_reason: Mapped[str] = mapped_column(Text, default="")
    snoozed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    touched_before_snooze: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_kept_silent: Mapped[bool] = mapped_column(default=False)
    rung: Mapped[int | None] = mapped_column()
    rung_on: Mapped[date | None] = mapped_column()
    first_rung_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalation_round: Mapped[int] = mapped_column(default=0)
    stand_in: Mapped[str | None] = mapped_column(String(32))
    stand_in_for: Mapped[str | None] = mapped_column(String(32))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invoiced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_by: Mapped[str | None] = mapped_column(Text)
    before_payment: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    rolled_contracts: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    rolled_lines: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    contract_count: Mapped[int | None] = mapped_column()
    next_renewal_date: Mapped[date | None] = mapped_column()
    renewed_by_itself: Mapped[bool] = mapped_column(default=False)
    agreed_values: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    unshared_values: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    split_from_id: Mapped[int | None] = mapped_column(Id)
    lost_reason: Mapped[str | None] = mapped_column(String(32))
    lost_words: Mapped[str] = mapped_column(Text, default="")
    lost_until: Mapped[date | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Escalation(Base):
    """A step of escalation that a renewal has come to, so that it comes once for each occasion.

    `step` says what and to whom ("unclaimed_owner", "overdue_7"), `occasion` for which deadline, date or silence.
    `told_at` is empty for what was told before the moment was kept.
    """

    __tablename__ = "escalations"
    __table_args__ = (UniqueConstraint("renewal_id", "step", "occasion"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    renewal_id: Mapped[int] = mapped_column(ForeignKey("renewals.id"))
    step: Mapped[str] = mapped_column(String(32))
    occasion: Mapped[str] = mapped_column(String(32))
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EscalationNotice(Base):
    """What one person or channel is told of a renewal, apart from its card: a row of one of their morning messages.

    `code` says why (line_codes.NoticeCode), `slot` on which occasion, `details` what its words need. `post_key` is the
    message that it stands in since `told_at`; until then it waits for one.
    """

    __tablename__ = "escalation_notices"
    __table_args__ = (
        Index("ix_escalation_notices_renewal_id", "renewal_id"),
        Index(
            "ix_escalation_notices_waiting",
            "workspace_id",
            "told_to",
            sqlite_where=text("post_key IS NULL"),
            postgresql_where=text("post_key IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    renewal_id: Mapped[int] = mapped_column(ForeignKey("renewals.id"))
    code: Mapped[str] = mapped_column(String(16))
    slot: Mapped[str] = mapped_column(String(64))
    told_to: Mapped[str] = mapped_column(String(32))
    details: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    post_key: Mapped[str | None] = mapped_column(String(160))
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
