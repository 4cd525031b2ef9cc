"""What a customer may need besides: products, opportunities, what they cannot have, what was proposed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Amount, Base, Id, UtcDateTime


class Product(Base):
    """Something the workspace sells. `name_key` is its name in small letters; `removed_at`: it is sold no longer."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Opportunity(Base):
    """More that an account may buy: `kind` upsell or cross_sell, `need` and `budget` in the customer's words,
    `contact` who of them said so.

    `value` is a year's. `stage`: opportunities.stages.OpportunityStage; `closed_at` is set when it is won or lost.
    `source` is where it came from: opportunities.stages.OpportunitySource. `product_id` is empty for what is not in the
    workspace's list. `renewal_id`: it was won while the card of this renewal was open, and counts as growth there.
    `origin` is what it was opened from: "growth:7" a proposal, "one_off:3" an answer about one-off work, or nothing.
    """

    __tablename__ = "opportunities"
    __table_args__ = (
        Index("ix_opportunities_account_id", "account_id"),
        Index("ix_opportunities_won", "workspace_id", "stage", "closed_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    need: Mapped[str] = mapped_column(Text)
    budget: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    value: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))
    stage: Mapped[str] = mapped_column(String(16))
    stage_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lost_reason: Mapped[str | None] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(40), default="", server_default="")
    renewal_id: Mapped[int | None] = mapped_column(ForeignKey("renewals.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NotEligible(Base):
    """Why an account cannot have a product, in the words of whoever said so: it is not proposed again."""

    __tablename__ = "not_eligible"
    __table_args__ = (UniqueConstraint("account_id", "product_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class GrowthProposal(Base):
    """A product that the signals spoke for, told to `told_to_id` on a day.

    `signals` is what spoke for it, as opportunities.facts.Signals keeps it. `answer`: empty while there is none, then
    opened, not_eligible, not_now.
    """

    __tablename__ = "growth_proposals"
    __table_args__ = (
        Index("ix_growth_proposals_account_id", "account_id"),
        Index("ix_growth_proposals_told", "workspace_id", "told_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    kind: Mapped[str] = mapped_column(String(16))
    signals: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    told_to_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    told_on: Mapped[date] = mapped_column()
    answer: Mapped[str] = mapped_column(String(16), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
