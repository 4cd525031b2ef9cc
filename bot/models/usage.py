"""Usage: how much customers use what they bought, as files of figures tell it, and how a quarter stands to the last."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id


class UsageFigure(Base):
    """How much of `measure` (logins, hours, ...) an account used on a day, or in a whole month where `is_month`.

    `period` is that day, or the first of the month. `product` is what the file calls the product, else the name of the
    contract that the file names; empty where it says neither. `amount` is the sum of all rows of the file.
    """

    __tablename__ = "usage_figures"
    __table_args__ = (
        UniqueConstraint("account_id", "measure", "is_month", "period", "product"),
        Index("ix_usage_figures_period", "workspace_id", "measure", "is_month", "period"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    product: Mapped[str] = mapped_column(String(255))
    measure: Mapped[str] = mapped_column(String(60))
    period: Mapped[date] = mapped_column()
    is_month: Mapped[bool] = mapped_column()
    amount: Mapped[float] = mapped_column(Float)


class UsageTrend(Base):
    """How an account's last three full months with figures stand to the three before, for one measure.

    `product_id` is empty for all that the account uses. `ends_on` is the last day of the three months; `before` and
    `now` are the mean of a day. `change` is in percent, rounded. Written anew by each import of the account's figures.
    """

    __tablename__ = "usage_trends"
    __table_args__ = (
        Index("ix_usage_trends_account_id", "account_id"),
        Index("ix_usage_trends_change", "workspace_id", "change"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    measure: Mapped[str] = mapped_column(String(60))
    ends_on: Mapped[date] = mapped_column()
    before: Mapped[float] = mapped_column(Float)
    now: Mapped[float] = mapped_column(Float)
    change: Mapped[int] = mapped_column()
