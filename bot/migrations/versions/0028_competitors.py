"""What competitors claim, and our answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "competitor_claims"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        TABLE,
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("competitor", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("said_by_id", number, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", number, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_competitor_claims_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_competitor_claims_account_id")),
        sa.ForeignKeyConstraint(["said_by_id"], ["members.id"], name=op.f("fk_competitor_claims_said_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["members.id"], name=op.f("fk_competitor_claims_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competitor_claims")),
    )
    op.create_index("ix_competitor_claims_account_id", TABLE, ["account_id"])
    op.create_index("ix_competitor_claims_name_key", TABLE, ["workspace_id", "name_key"])


def downgrade() -> None:
    op.drop_table(TABLE)
