"""Data kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Column by column: a table that others point to cannot be made anew on SQLite while it holds rows.
    op.add_column("workspaces", sa.Column("retention", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("members", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("members", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("members", "forgotten_at")
    op.drop_column("members", "left_at")
    op.drop_column("workspaces", "retention")
