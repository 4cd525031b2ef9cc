"""Who stands in for whom, whose country's days off are whose, what was passed on, and whose act a message answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("members", sa.Column("stand_in_id", ID, nullable=True))
    op.add_column("members", sa.Column("country", sa.String(length=8), server_default="", nullable=False))
    op.add_column("posts", sa.Column("caused_by", sa.String(length=32), nullable=True))
    op.create_table(
        "passed_on",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("to", sa.String(length=32), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_passed_on_account_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_passed_on_member_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_passed_on_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_on")),
    )
    op.create_index("ix_passed_on_workspace_id_member_id", "passed_on", ["workspace_id", "member_id"])


def downgrade() -> None:
    op.drop_index("ix_passed_on_workspace_id_member_id", table_name="passed_on")
    op.drop_table("passed_on")
    op.drop_column("posts", "caused_by")
    op.drop_column("members", "country")
    op.drop_column("members", "stand_in_id")
