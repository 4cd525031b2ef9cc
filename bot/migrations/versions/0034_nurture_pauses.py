"""Pauses: times in which nothing is proposed at an account, and the last suggestion at each account found quickly"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

PAUSES, HINTS = "nurture_pauses", "referral_hints"
LASTING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        PAUSES,
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_by_id", number, nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", number, nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_nurture_pauses_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_nurture_pauses_account_id")),
        sa.ForeignKeyConstraint(["paused_by_id"], ["members.id"], name=op.f("fk_nurture_pauses_paused_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["members.id"], name=op.f("fk_nurture_pauses_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nurture_pauses")),
    )
    op.create_index("ix_nurture_pauses_account_id", PAUSES, ["account_id", "paused_at"])
    op.create_index(
        "ix_nurture_pauses_lasting",
        PAUSES,
        ["account_id"],
        unique=True,
        sqlite_where=LASTING,
        postgresql_where=LASTING,
    )
    op.create_index("ix_referral_hints_account_id", HINTS, ["account_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_referral_hints_account_id", HINTS)
    op.drop_table(PAUSES)
