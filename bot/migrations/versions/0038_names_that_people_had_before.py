"""Names that people at a customer had before: whom what was written down under them means"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer_people", sa.Column("former_keys", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("customer_people", "former_keys")
