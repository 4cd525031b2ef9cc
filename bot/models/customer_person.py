"""People at a customer, when each was met, and how the customer decides."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.engine import Base, Id, UtcDateTime


class CustomerPerson(Base):
    """Somebody at a customer. `name_key` is core.person_names.person_key(name), `former_keys` those of names that
    they had before, a line each; `part` is one of Part, or empty.

    `external_id` is the CRM's own id of the contact, `row_digest` what its file said last. Once `removed_at` is set,
    name, title and e-mail are gone for good: that there was a contact stays, and `removed_key` (hashes of the e-mail
    and of the name) keeps an import from bringing them back.
    """

    __tablename__ = "customer_people"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external_id"),
        Index("ix_customer_people_account_id_name_key", "account_id", "name_key"),
        Index("ix_customer_people_workspace_id_name_key", "workspace_id", "name_key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    external_id: Mapped[str | None] = mapped_column(String(140))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    former_keys: Mapped[str] = mapped_column(Text, default="", server_default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    part: Mapped[str] = mapped_column(String(16), default="")
    since: Mapped[date | None] = mapped_column()
    left_on: Mapped[date | None] = mapped_column()
    row_digest: Mapped[str] = mapped_column(String(40), default="")
    removed_key: Mapped[str] = mapped_column(String(40), default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonMet(Base):
    """Somebody at a customer was met at that moment: `source` says in what ("touchpoint:12", "health_check:4",
    "pulse_answer:9")."""

    __tablename__ = "people_met"
    __table_args__ = (
        UniqueConstraint("person_id", "source"),
        Index("ix_people_met_person_id_at", "person_id", "at"),
        Index("ix_people_met_workspace_id_source", "workspace_id", "source"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("customer_people.id"))
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DecisionStep(Base):
    """One step of how a customer decides, in the order of `place`: who, what they do, and the days it took last time.

    `who` is as it was typed, `person_id` whom of its people that meant. An account's steps are written all at once.
    """

    __tablename__ = "decision_steps"
    __table_args__ = (UniqueConstraint("account_id", "place"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    place: Mapped[int] = mapped_column()
    who: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("customer_people.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    days: Mapped[int | None] = mapped_column()
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
