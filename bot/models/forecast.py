"""Forecasts: every call that was made of a renewal, and what was computed beside it. Rows are only added."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class ForecastCall(Base):
    """What somebody called a renewal (`forecast`, a class of renewals.rules.stages.Forecast), from `at` on.

    The last row of a renewal is its present call; one without a class took the call back. `by_id` and `at` are empty
    where a call is older than this table and nothing tells who made it, or when.
    """

    __tablename__ = "forecast_calls"
    __table_args__ = (
        Index("ix_forecast_calls_renewal_id", "workspace_id", "renewal_id", "at"),
        Index("ix_forecast_calls_by_id", "workspace_id", "by_id", "renewal_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    renewal_id: Mapped[int] = mapped_column(ForeignKey("renewals.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    forecast: Mapped[str | None] = mapped_column(String(16))
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ForecastKey(Base):
    """What was computed of a renewal `mark` days before its `deadline`, kept on `kept_on` to be scored later."""

    __tablename__ = "forecast_keys"
    __table_args__ = (UniqueConstraint("renewal_id", "mark", "deadline"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    renewal_id: Mapped[int] = mapped_column(ForeignKey("renewals.id"))
    mark: Mapped[int] = mapped_column()
    deadline: Mapped[date] = mapped_column()
    forecast: Mapped[str] = mapped_column(String(16))
    kept_on: Mapped[date] = mapped_column()
