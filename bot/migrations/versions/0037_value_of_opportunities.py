"""The value of an opportunity as whole thousandths, like every other amount of money"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

WAS, IS = sa.Numeric(18, 2), sa.BigInteger()


def upgrade() -> None:
    _alter(WAS, IS)


def downgrade() -> None:
    _alter(IS, WAS)


def _alter(before: sa.Numeric[Any] | sa.BigInteger, after: sa.Numeric[Any] | sa.BigInteger) -> None:
    """What stands there was whole thousandths before: no number changes."""
    with op.batch_alter_table("opportunities") as table:
        table.alter_column("value", existing_type=before, type_=after, existing_nullable=True)
