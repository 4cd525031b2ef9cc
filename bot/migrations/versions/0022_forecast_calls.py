"""Forecast calls, with those that the story of a renewal still knows"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.db.engine import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CHUNK = 5000

renewals = sa.table("renewals", *map(sa.column, ("id", "workspace_id", "account_id", "forecast")))
events = sa.table(
    "events",
    *map(sa.column, ("id", "workspace_id", "account_id", "renewal_id", "by_id")),
    sa.column("at", UtcDateTime),
    sa.column("facts", sa.JSON),
)
calls = sa.table(
    "forecast_calls",
    *map(sa.column, ("workspace_id", "account_id", "renewal_id", "by_id", "forecast")),
    sa.column("at", UtcDateTime),
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "forecast_calls",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("renewal_id", number, nullable=False),
        sa.Column("by_id", number, nullable=True),
        sa.Column("forecast", sa.String(length=16), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_forecast_calls_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_forecast_calls_account_id")),
        sa.ForeignKeyConstraint(["renewal_id"], ["renewals.id"], name=op.f("fk_forecast_calls_renewal_id")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_forecast_calls_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_calls")),
    )
    op.create_table(
        "forecast_keys",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("renewal_id", number, nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("forecast", sa.String(length=16), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_forecast_keys_workspace_id")),
        sa.ForeignKeyConstraint(["renewal_id"], ["renewals.id"], name=op.f("fk_forecast_keys_renewal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_keys")),
        sa.UniqueConstraint("renewal_id", "mark", "deadline", name=op.f("uq_forecast_keys_renewal_id_mark_deadline")),
    )
    _fill(op.get_bind())
    op.create_index("ix_forecast_calls_renewal_id", "forecast_calls", ["workspace_id", "renewal_id", "at"])
    op.create_index("ix_forecast_calls_by_id", "forecast_calls", ["workspace_id", "by_id", "renewal_id"])


def downgrade() -> None:
    op.drop_table("forecast_keys")
    op.drop_table("forecast_calls")


def _fill(connection: sa.Connection) -> None:
    """The calls that events tell of, then the present ones of which none does: nobody knows since when they are."""
    last: dict[int, str | None] = {}
    for rows in _told(connection):
        last.update((row["renewal_id"], row["forecast"]) for row in rows)
        connection.execute(calls.insert(), rows)
    unknown = []
    for row in connection.execute(sa.select(renewals).where(renewals.c.forecast.is_not(None))):
        if last.get(row.id) != row.forecast:
            unknown.append(_call(row, row.id, None, None, row.forecast))
    for start in range(0, len(unknown), CHUNK):
        connection.execute(calls.insert(), unknown[start : start + CHUNK])


def _told(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """What events tell, in their order, a chunk at a time: whoever changed a forecast left both in its facts."""
    after = 0
    while True:
        found = connection.execute(
            sa.select(events)
            .where(
                events.c.id > after,
                events.c.renewal_id.is_not(None),
                sa.cast(events.c.facts, sa.Text).like('%"forecast_before"%'),
            )
            .order_by(events.c.id)
            .limit(CHUNK)
        ).all()
        if not found:
            return
        after = found[-1].id
        yield [_call(one, one.renewal_id, one.by_id, one.at, one.facts.get("forecast") or None) for one in found]


def _call(row: Any, renewal_id: int, by_id: int | None, at: Any, forecast: str | None) -> dict[str, Any]:
    return {
        "workspace_id": row.workspace_id,
        "account_id": row.account_id,
        "renewal_id": renewal_id,
        "by_id": by_id,
        "forecast": forecast,
        "at": at,
    }
