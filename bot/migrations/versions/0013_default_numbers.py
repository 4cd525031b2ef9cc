"""Default numbers that a workspace was planned by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("defaults", sa.String(length=16), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("workspaces", "defaults")
