"""The ledger of contracts: what each was, from which day on, and since when that is known. Rows are only added."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Amount, Base, Id, UtcDateTime

VALUED = text("contract_states.change <> 0")
"""Rows that change what an account is worth: not a trial, a one-off or a new date. Written so that indexes are used."""

_VALUED = text("change <> 0")


class ContractState(Base):
    """What a contract is from `effective_on` on, as known since `known_at`.

    On a day it is what its row with the latest `effective_on` says, and of several for one day the one written last.
    `value` is a year's. `change` is by how much the row changes the recurring value of its account in its currency, so
    that the rows up to a day add up to the value on that day; `agreed_rise` is the part of it that the contract's own
    price rise makes. `cause` is one of metrics.rules.contract_story.Cause. `ends_on` is the contract's renewal date.
    """

    __tablename__ = "contract_states"
    __table_args__ = (
        Index("ix_contract_states_contract_id", "contract_id"),
        # All that NRR and GRR read, in the order in which they add it up, and nothing else.
        Index(
            "ix_contract_states_valued",
            "workspace_id",
            "account_id",
            "effective_on",
            "currency",
            "change",
            "agreed_rise",
            sqlite_where=_VALUED,
            postgresql_where=_VALUED,
        ),
        Index(
            "ix_contract_states_currency",
            "workspace_id",
            "currency",
            "effective_on",
            sqlite_where=_VALUED,
            postgresql_where=_VALUED,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    effective_on: Mapped[date] = mapped_column()
    known_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cause: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    value: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))
    term_months: Mapped[int] = mapped_column()
    ends_on: Mapped[date | None] = mapped_column()
    change: Mapped[Decimal] = mapped_column(Amount)
    agreed_rise: Mapped[Decimal] = mapped_column(Amount)
