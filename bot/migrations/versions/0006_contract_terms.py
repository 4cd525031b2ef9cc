"""Contract terms"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DAYS = {"day": 1, "working day": 2, "week": 7, "month": 31, "quarter": 92, "year": 366}
PERIODS = {"month": 31, "quarter": 92, "half-year": 184, "year": 366}
CHUNK = 1000


def upgrade() -> None:
    # Column by column: a table that others point to cannot be made anew on SQLite while it holds rows. What was counted
    # in days stays so; the wording of other units begins empty.
    op.add_column("contracts", sa.Column("notice", sa.String(length=60), nullable=True))
    op.add_column("contracts", sa.Column("first_term_months", sa.Integer(), nullable=True))
    op.add_column("contracts", sa.Column("renewal_term_months", sa.Integer(), nullable=True))
    op.add_column("contracts", sa.Column("is_last_day", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("contracts", sa.Column("is_evergreen", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("contracts", sa.Column("price_rise", sa.String(length=200), nullable=True))


def downgrade() -> None:
    _back_to_days(op.get_bind())
    names = ("price_rise", "is_evergreen", "is_last_day", "renewal_term_months", "first_term_months", "notice")
    for name in names:
        op.drop_column("contracts", name)


def _back_to_days(connection: sa.Connection) -> None:
    """Other units become the days between deadline and renewal date, or the most days that they can be."""
    names = ("id", "notice", "notice_days")
    dates = (sa.column("renewal_date", sa.Date()), sa.column("deadline", sa.Date()))
    contracts = sa.table("contracts", *(sa.column(name) for name in names), *dates)
    rows = connection.execute(sa.select(contracts).where(contracts.c.notice.is_not(None))).all()
    for start in range(0, len(rows), CHUNK):
        changes = [{"row": row.id, "days": _days(row)} for row in rows[start : start + CHUNK]]
        connection.execute(
            contracts.update().where(contracts.c.id == sa.bindparam("row")).values(notice_days=sa.bindparam("days")),
            changes,
        )


def _days(row: Any) -> int:
    if isinstance(row.renewal_date, date) and isinstance(row.deadline, date):
        return (row.renewal_date - row.deadline).days
    amount, _, rest = row.notice.partition(" ")
    unit, _, period = rest.partition(" to the end of the ")
    return int(amount) * DAYS[unit.removesuffix("s")] + PERIODS.get(period, 0)
