"""Digests that are set up"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import JSON

from bot.db.engine import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CHUNK = 1000
KINDS = ("daily", "weekly")

members = sa.table("members", *map(sa.column, ("id", "workspace_id")), sa.column("preferences", JSON))
agenda = sa.table(
    "agenda",
    *map(sa.column, ("id", "workspace_id", "kind", "subject", "dedupe_key", "urgency")),
    sa.column("facts", JSON),
    sa.column("due_at", UtcDateTime),
    sa.column("handled_at", UtcDateTime),
)
setups = sa.table(
    "digest_setups",
    *map(sa.column, ("id", "workspace_id", "member_id", "scope", "segment", "rhythm", "weekdays", "at", "channel")),
    *map(sa.column, ("outcome", "post_key", "is_paused")),
    sa.column("left_out", JSON),
    sa.column("told", JSON),
    sa.column("since", UtcDateTime),
    sa.column("created_at", UtcDateTime),
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "digest_setups",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("member_id", number, nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("lead_id", number, nullable=True),
        sa.Column("segment", sa.String(length=100), nullable=False),
        sa.Column("rhythm", sa.String(length=16), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("post_key", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_digest_setups_workspace_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_digest_setups_member_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["members.id"], name=op.f("fk_digest_setups_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_setups")),
    )
    op.create_index("ix_digest_setups_workspace_id_member_id", "digest_setups", ["workspace_id", "member_id"])
    connection = op.get_bind()
    for member in _members(connection):
        wishes = dict(member.preferences or {})
        if "digest" not in wishes:
            continue
        rhythm = wishes.pop("digest")
        # That somebody has saved their settings once is told by this wish from now on.
        wishes.setdefault("by_dm", False)
        connection.execute(members.update().where(members.c.id == member.id).values(preferences=wishes))
        if rhythm in KINDS:
            _set_up(connection, member, rhythm)


def downgrade() -> None:
    connection = op.get_bind()
    for member in _members(connection):
        wishes = dict(member.preferences or {})
        own = connection.execute(
            sa.select(setups)
            .where(
                setups.c.member_id == member.id,
                setups.c.scope == "me",
                setups.c.rhythm.in_(KINDS),
                setups.c.is_paused.is_(sa.false()),
            )
            .order_by(setups.c.id)
            .limit(1)
        ).first()
        if own is None and "by_dm" not in wishes:
            continue
        wishes |= {"by_dm": wishes.get("by_dm", False), "digest": own.rhythm if own else "off"}
        connection.execute(members.update().where(members.c.id == member.id).values(preferences=wishes))
        if own is not None:
            job = _job(connection, member.workspace_id, f"digest:{own.id}")
            since = own.since or own.created_at
            facts = {"since": since.isoformat(), "told": own.told}
            to = {"subject": f"member:{member.id}", "facts": facts}
            if job is not None:
                connection.execute(agenda.update().where(agenda.c.id == job.id).values(**to))
    # Of the others an earlier version knows nothing.
    connection.execute(
        agenda.delete().where(
            agenda.c.kind == "digest", agenda.c.handled_at.is_(None), agenda.c.subject.startswith("digest:")
        )
    )
    op.drop_table("digest_setups")


def _members(connection: sa.Connection) -> Iterator[Any]:
    after = 0
    while True:
        rows = connection.execute(
            sa.select(members).where(members.c.id > after).order_by(members.c.id).limit(CHUNK)
        ).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].id


def _job(connection: sa.Connection, workspace: int, subject: str) -> Any:
    return connection.execute(
        sa.select(agenda).where(
            agenda.c.workspace_id == workspace,
            agenda.c.kind == "digest",
            agenda.c.subject == subject,
            agenda.c.handled_at.is_(None),
        )
    ).first()


def _set_up(connection: sa.Connection, member: Any, rhythm: str) -> None:
    """The digest of a person as it was wished for, with what the last one told and the day of the next."""
    job = _job(connection, member.workspace_id, f"member:{member.id}")
    facts = job.facts if job is not None else {}
    since = facts.get("since")
    values = {
        "workspace_id": member.workspace_id,
        "member_id": member.id,
        "scope": "me",
        "segment": "",
        "rhythm": rhythm,
        "weekdays": "",
        "at": "",
        "left_out": [],
        "is_paused": False,
        "since": datetime.fromisoformat(since) if since else None,
        "told": facts.get("told", {}),
        "outcome": "",
        "post_key": "",
        "created_at": datetime.fromisoformat(since) if since else datetime.now(UTC),
    }
    id = connection.execute(setups.insert().values(**values).returning(setups.c.id)).scalar_one()
    if job is not None:
        moved = {"subject": f"digest:{id}", "facts": {}}
        connection.execute(agenda.update().where(agenda.c.id == job.id).values(**moved))
