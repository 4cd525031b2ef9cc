"""Story of accounts: what each is, from its first contract or from when it came in"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None

STATES = "account_states"
WRITTEN = ("workspace_id", "account_id", "effective_on", "known_at", "is_active", "segment", "tier", "cause")
states = sa.table(STATES, *map(sa.column, WRITTEN))
accounts = sa.table("accounts", *map(sa.column, ("id", "workspace_id", "is_active", "segment", "tier", "created_at")))
contracts = sa.table("contracts", sa.column("account_id"), sa.column("start_date"))


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        STATES,
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("segment", sa.String(length=100), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_account_states_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_states_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_states")),
    )
    connection = op.get_bind()
    # One row each, as the account is now: what it was before, nobody has kept.
    a, start = accounts.c, sa.select(sa.func.min(contracts.c.start_date)).where(contracts.c.account_id == accounts.c.id)
    came_in: sa.ColumnElement[Any]
    earlier: Any
    if connection.dialect.name == "sqlite":
        came_in, earlier = sa.func.date(a.created_at), sa.func.min
    else:
        came_in, earlier = sa.cast(sa.func.timezone("UTC", a.created_at), sa.Date), sa.func.least
    began = earlier(came_in, sa.func.coalesce(start.scalar_subquery(), came_in))
    said = (a.is_active, a.segment, a.tier, sa.literal("imported"))
    told = sa.select(a.workspace_id, a.id, began, a.created_at, *said).order_by(a.id)
    connection.execute(states.insert().from_select(WRITTEN, told))
    op.create_index("ix_account_states_day", STATES, ["workspace_id", "account_id", "effective_on", "id"])


def downgrade() -> None:
    op.drop_table(STATES)
