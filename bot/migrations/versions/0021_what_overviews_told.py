"""What overviews have told, and what became of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNANSWERED = sa.text("acted_on IS NULL")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sent_overviews",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("setup_id", number, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_sent_overviews_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_overviews")),
    )
    op.create_index(
        "ix_sent_overviews_workspace_id_setup_id_sent_at", "sent_overviews", ["workspace_id", "setup_id", "sent_at"]
    )
    op.create_table(
        "digest_lines",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("setup_id", number, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("acted_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_digest_lines_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_digest_lines_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_lines")),
    )
    op.create_index(
        "ix_digest_lines_workspace_id_setup_id_sent_on", "digest_lines", ["workspace_id", "setup_id", "sent_on"]
    )
    op.create_index(
        "ix_digest_lines_unanswered",
        "digest_lines",
        ["workspace_id", "part", "sent_on"],
        sqlite_where=UNANSWERED,
        postgresql_where=UNANSWERED,
    )


def downgrade() -> None:
    op.drop_table("digest_lines")
    op.drop_table("sent_overviews")
