"""Autopsies of lost renewals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STANDING = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "autopsies",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("renewal_id", number, nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", number, nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_autopsies_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_autopsies_account_id")),
        sa.ForeignKeyConstraint(["renewal_id"], ["renewals.id"], name=op.f("fk_autopsies_renewal_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["members.id"], name=op.f("fk_autopsies_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autopsies")),
    )
    op.create_index(
        "ix_autopsies_standing",
        "autopsies",
        ["renewal_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_index("ix_autopsies_account_id_created_at", "autopsies", ["account_id", "created_at"])
    op.create_table(
        "autopsy_answers",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("autopsy_id", number, nullable=False),
        sa.Column("member_id", number, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_autopsy_answers_workspace_id")),
        sa.ForeignKeyConstraint(["autopsy_id"], ["autopsies.id"], name=op.f("fk_autopsy_answers_autopsy_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_autopsy_answers_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autopsy_answers")),
    )
    op.create_index("ix_autopsy_answers_autopsy_id", "autopsy_answers", ["autopsy_id"])


def downgrade() -> None:
    op.drop_table("autopsy_answers")
    op.drop_table("autopsies")
