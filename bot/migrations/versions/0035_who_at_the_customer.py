"""Who at the customer said, agreed or is to be talked to: in every form that asks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

COLUMNS = (
    ("handoffs", "contact"),
    ("plans", "contact"),
    ("opportunities", "contact"),
    ("requalifications", "contact"),
    ("competitor_claims", "contact"),
    ("nurture_touches", "heard_from"),
)


def upgrade() -> None:
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, sa.String(length=200), server_default="", nullable=False))


def downgrade() -> None:
    for table, name in reversed(COLUMNS):
        op.drop_column(table, name)
