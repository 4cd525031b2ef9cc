"""The day on which a score changes by itself"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEX = "ix_account_health_next_change"


def upgrade() -> None:
    op.add_column("account_health", sa.Column("next_change_on", sa.Date(), nullable=True))
    # Nobody has looked ahead yet: all of them are looked at in the first night.
    op.execute("UPDATE account_health SET next_change_on = '1970-01-01'")
    op.create_index(INDEX, "account_health", ["workspace_id", "next_change_on", "account_id"])


def downgrade() -> None:
    op.drop_index(INDEX, "account_health")
    op.drop_column("account_health", "next_change_on")
