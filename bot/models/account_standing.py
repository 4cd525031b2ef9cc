"""The story of accounts: customer or not, segment and tier, from which day on. Rows are only added."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class AccountStanding(Base):
    """What an account is from `effective_on` on, as known since `known_at`.

    On a day it is what its row with the latest `effective_on` says, and of several for one day the one written last;
    before its first row it is no account. `cause` is one of metrics.rules.account_story.AccountCause.
    """

    __tablename__ = "account_states"
    # All that is asked to find the row of a day, in the order in which it is looked up.
    __table_args__ = (Index("ix_account_states_day", "workspace_id", "account_id", "effective_on", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    effective_on: Mapped[date] = mapped_column()
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_active: Mapped[bool] = mapped_column()
    segment: Mapped[str] = mapped_column(String(100))
    tier: Mapped[str] = mapped_column(String(16))
    cause: Mapped[str] = mapped_column(String(16))
