"""What an opportunity was opened from: a proposal, or an answer about one-off work"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ORIGINS = (
    ("growth", "growth_proposals", "answer", "opened"),
    ("one_off", "requalifications", "outcome", "need"),
)
COLUMNS = ("id", "account_id", "answered_at", "answered_by_id")


def upgrade() -> None:
    op.add_column("opportunities", sa.Column("origin", sa.String(length=40), server_default="", nullable=False))
    opened = sa.table(
        "opportunities", *(sa.column(name) for name in ("origin", "account_id", "created_at", "created_by_id"))
    )
    for noun, table, column, value in ORIGINS:
        origin = sa.table(table, *(sa.column(name) for name in (*COLUMNS, column))).alias("origin")
        # Both were written in one transaction, in the name of one person.
        number = (
            sa.select(sa.func.min(origin.c.id))
            .where(
                origin.c.account_id == opened.c.account_id,
                origin.c[column] == value,
                origin.c.answered_at == opened.c.created_at,
                origin.c.answered_by_id == opened.c.created_by_id,
            )
            .scalar_subquery()
        )
        op.execute(
            opened.update()
            .where(opened.c.origin == "", number.is_not(None))
            .values(origin=sa.literal(f"{noun}:") + sa.cast(number, sa.String))
        )


def downgrade() -> None:
    op.drop_column("opportunities", "origin")
