"""Customers, the teams that keep them, and what they bought."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Amount, Base, Id, UtcDateTime


class Account(Base):
    """A customer. `name_key` is rules.names.name_key(name); `channel` its own Slack channel, if it has one.

    `aliases` are kept as they were written; what finds an account by one of them is its row in account_aliases.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external_id"),
        Index("ix_accounts_workspace_id_name_key", "workspace_id", "name_key"),
        Index("ix_accounts_workspace_id_channel", "workspace_id", "channel"),
        Index("ix_accounts_workspace_id_owner_id", "workspace_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    external_id: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(255))
    name_key: Mapped[str] = mapped_column(String(255))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    tier: Mapped[str] = mapped_column(String(16), default="mid")
    segment: Mapped[str] = mapped_column(String(100), default="")
    industry: Mapped[str] = mapped_column(String(100), default="")
    country: Mapped[str] = mapped_column(String(8), default="")
    currency: Mapped[str | None] = mapped_column(String(3))
    channel: Mapped[str | None] = mapped_column(String(32))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    row_digest: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountAlias(Base):
    """One of an account's aliases as something to find it by: `key` is rules.names.name_key of it."""

    __tablename__ = "account_aliases"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_account_aliases_workspace_id_key_account_id", "workspace_id", "key", "account_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str] = mapped_column(String(255))


class Teammate(Base):
    """Who keeps an account: owner, support_lead, implementation, executive_sponsor, helped_win. They stay on it."""

    __tablename__ = "teammates"
    __table_args__ = (
        UniqueConstraint("account_id", "member_id", "role"),
        Index("ix_teammates_workspace_id_member_id", "workspace_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    role: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Contract(Base):
    """What is sold. `renewal_date` is the day one term ends and the next begins; `deadline` the last day to say no.

    `status`: active, ended, trial. `kind`: recurring (renews) or one_off (requalifies). `value` is per term's year.
    `moved_by_id`: a person moved the renewal date; a file does not move it back. `is_last_day`: the renewal date is the
    last day of the term (31 Dec), as an end date is, rather than the first of the next (1 Jan). `is_evergreen`: it runs
    until someone ends it, with no renewal date of its own.
    `term_months` is the term that runs now. `first_term_months` and `renewal_term_months` are what the contract says of
    its first term and of those after it, None where it says nothing. `notice_days` are calendar days; `notice` is the
    period in words where it has another unit (`NoticePeriod.of` reads both). `price_rise` is what rules.price_rise
    writes. `seats` is how many a file last said; `seats_before` what it was until `seats_on`, the day a file said so.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external_id"),
        Index("ix_contracts_account_id", "account_id"),
        Index("ix_contracts_renewal_id", "renewal_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    renewal_id: Mapped[int | None] = mapped_column(ForeignKey("renewals.id"))
    external_id: Mapped[str] = mapped_column(String(160))
    name: Mapped[str] = mapped_column(String(255), default="")
    kind: Mapped[str] = mapped_column(String(16), default="recurring")
    status: Mapped[str] = mapped_column(String(16), default="active")
    start_date: Mapped[date | None] = mapped_column()
    renewal_date: Mapped[date | None] = mapped_column()
    deadline: Mapped[date | None] = mapped_column()
    term_months: Mapped[int] = mapped_column(default=12)
    auto_renew: Mapped[bool] = mapped_column(default=False)
    notice_days: Mapped[int] = mapped_column(default=0)
    notice: Mapped[str | None] = mapped_column(String(60))
    first_term_months: Mapped[int | None] = mapped_column()
    renewal_term_months: Mapped[int | None] = mapped_column()
    is_last_day: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_evergreen: Mapped[bool] = mapped_column(default=False, server_default=false())
    price_rise: Mapped[str | None] = mapped_column(String(200))
    value: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))
    seats: Mapped[int | None] = mapped_column()
    seats_before: Mapped[int | None] = mapped_column()
    seats_on: Mapped[date | None] = mapped_column()
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    row_digest: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(Base):
    """One line of an account's story: what happened, who did it, when. `words` is what a person typed."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_account_id_at", "account_id", "at"),
        Index("ix_events_renewal_id", "renewal_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    renewal_id: Mapped[int | None] = mapped_column(ForeignKey("renewals.id"))
    kind: Mapped[str] = mapped_column(String(32))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
