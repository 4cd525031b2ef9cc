"""A workspace, who may drive it, its people, and the channels it has seen."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime

CLOSED = text("closed_at IS NOT NULL")
LED = text("manager_id IS NOT NULL")


class Workspace(Base):
    """One Slack workspace. `policy` holds overrides of core/policy.py: {"*": {...}, tier: {...}}.

    `reasons` are the workspace's own words for why a pulse is not green; empty means the list in rules.
    `touch_reaction` is the emoji (without colons) that logs a message as a touchpoint; empty means none does.
    `touch_echo`: whether a logged touchpoint is told in the account's channel. `guests_may_read`: whether a guest of
    this workspace in a channel is no reason to hold back what belongs there. `nurture_opening` is how a nurture touch
    begins, with {contact}, {account} and {insight}; empty means the one of the rules. `retention` is what
    core.retention.Retention.as_kept gives, `currency_rates` what metrics.rules.rates.read_rates reads. `defaults` marks
    the default numbers that it was planned by.
    """

    __tablename__ = "workspaces"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    bot_user_id: Mapped[str] = mapped_column(String(32), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    country: Mapped[str] = mapped_column(String(8), default="")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    fallback_channel: Mapped[str | None] = mapped_column(String(32))
    leadership_channel: Mapped[str | None] = mapped_column(String(32))
    policy: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    touch_reaction: Mapped[str] = mapped_column(String(100), default="memo", server_default="memo")
    touch_echo: Mapped[bool] = mapped_column(default=True, server_default=true())
    guests_may_read: Mapped[bool] = mapped_column(default=False, server_default=false())
    nurture_opening: Mapped[str] = mapped_column(Text, default="", server_default="")
    retention: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    currency_rates: Mapped[str] = mapped_column(Text, default="", server_default="")
    defaults: Mapped[str] = mapped_column(String(16), default="", server_default="")
    stopped_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Lease(Base):
    """Who drives a workspace, until when. `token` grows with every change of hands and fences late writers."""

    __tablename__ = "leases"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    token: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Member(Base):
    """A person. `role`: rep, support, manager or admin; guests and outsiders are kept in order to be refused.

    `left_at`: since when their account in Slack has been seen closed. `forgotten_at`: when name, e-mail and wishes were
    taken out because of that; what they did for the accounts stays, by someone who left.
    `stand_in_id`, a member, hears what is theirs while they are away (until `away_until`, that day included). It is no
    foreign key, since SQLite takes no column with one away again. `country` (ISO code)
    says whose holidays and weekend are theirs; empty means the country of their time zone. `nurture_opening` is their
    own beginning of a nurture touch; empty means the workspace's.
    """

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_id"),
        Index("ix_members_led", "workspace_id", "manager_id", sqlite_where=LED, postgresql_where=LED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    slack_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    role: Mapped[str] = mapped_column(String(16), default="rep")
    department: Mapped[str] = mapped_column(String(32), default="sales")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    stand_in_id: Mapped[int | None] = mapped_column(Id)
    country: Mapped[str] = mapped_column(String(8), default="", server_default="")
    is_outsider: Mapped[bool] = mapped_column(default=False)
    is_slack_admin: Mapped[bool] = mapped_column(default=False)
    dm_channel: Mapped[str | None] = mapped_column(String(32))
    away_until: Mapped[date | None] = mapped_column()
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    nurture_opening: Mapped[str] = mapped_column(Text, default="", server_default="")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PassedOn(Base):
    """Something that was told to somebody else because the one it is for (`member_id`) was away.

    `what` is the code of the notice or the kind of the message; `to` the Slack id of a person or channel, `to_name`
    what it was called. `told_at` is set once the one who was away has had the list of it.
    """

    __tablename__ = "passed_on"
    __table_args__ = (Index("ix_passed_on_workspace_id_member_id", "workspace_id", "member_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    what: Mapped[str] = mapped_column(String(32))
    to: Mapped[str] = mapped_column(String(32))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Channel(Base):
    """What was last known of a Slack channel; `checked_at` tells how old that is.

    `has_guests`: whether someone among its members is not of the team, as of `members_checked_at`, when it had
    `num_members` members. `closed_at`: since when what stands there is held back, for others read there too; empty
    again once it is known that only the team does.
    """

    __tablename__ = "channels"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_id"),
        Index("ix_channels_closed", "workspace_id", sqlite_where=CLOSED, postgresql_where=CLOSED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    slack_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    is_archived: Mapped[bool] = mapped_column(default=False)
    is_member: Mapped[bool] = mapped_column(default=True)
    has_guests: Mapped[bool] = mapped_column(default=False, server_default=false())
    num_members: Mapped[int | None] = mapped_column()
    members_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Route(Base):
    """Where accounts of a segment or tier speak when they have no channel of their own."""

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("workspace_id", "kind", "value"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(32))


class Receipt(Base):
    """A request that was carried out, by its view's or event's id: Slack delivers twice, we write once."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index("ix_receipts_received_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    key: Mapped[str] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
