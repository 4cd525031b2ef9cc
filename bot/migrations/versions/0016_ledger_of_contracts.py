"""Ledger of contracts"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.core.months import shifted
from bot.db.engine import UtcDateTime
from bot.renewals.rules.terms import is_end_inclusive

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CHUNK = 5000

COPIED = ("workspace_id", "account_id", "kind", "value", "currency", "term_months")
contracts = sa.table(
    "contracts",
    *map(sa.column, ("id", "status", *COPIED)),
    sa.column("start_date", sa.Date),
    sa.column("renewal_date", sa.Date),
    sa.column("is_last_day", sa.Boolean),
    sa.column("created_at", UtcDateTime),
)
states = sa.table(
    "contract_states",
    *map(sa.column, ("contract_id", "status", "cause", "change", "agreed_rise", *COPIED)),
    sa.column("effective_on", sa.Date),
    sa.column("ends_on", sa.Date),
    sa.column("known_at", UtcDateTime),
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "contract_states",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("contract_id", number, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("agreed_rise", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_contract_states_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contract_states_account_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.id"], name=op.f("fk_contract_states_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_states")),
    )
    connection = op.get_bind()
    for chunk in _chunks(connection):
        connection.execute(states.insert(), [row for contract in chunk for row in _story_of(contract)])
    op.create_index("ix_contract_states_contract_id", "contract_states", ["contract_id"])
    op.create_index(
        "ix_contract_states_change",
        "contract_states",
        ["workspace_id", "account_id", "effective_on", "currency", "change", "agreed_rise", "known_at"],
    )


def downgrade() -> None:
    op.drop_table("contract_states")


def _chunks(connection: sa.Connection) -> Iterator[list[Any]]:
    after = 0
    while True:
        rows = connection.execute(
            sa.select(contracts).where(contracts.c.id > after).order_by(contracts.c.id).limit(CHUNK)
        ).all()
        if not rows:
            return
        yield list(rows)
        after = rows[-1].id


def _story_of(contract: Any) -> Iterator[dict[str, Any]]:
    """What a contract says of its own past: it began with the value that it has, and what has ended ended with its
    term. What it was worth in earlier terms nobody has kept."""
    known_on = contract.created_at.date()
    gone = None
    if contract.renewal_date is not None:
        is_last = is_end_inclusive(contract.start_date, contract.renewal_date, contract.is_last_day)
        gone = contract.renewal_date + timedelta(days=is_last)
    first = contract.start_date or _assumed_start(gone, contract.term_months, known_on)
    row = {name: getattr(contract, name) for name in COPIED} | {
        "contract_id": contract.id,
        "ends_on": contract.renewal_date,
        "known_at": contract.created_at,
        "cause": "imported",
        "agreed_rise": 0,
    }
    is_worth = contract.kind == "recurring" and contract.value is not None and contract.currency
    worth = contract.value if is_worth else 0
    status = contract.status
    if status == "ended" and (gone or known_on) > first:
        yield row | {"effective_on": first, "status": "active", "change": worth}
        yield row | {"effective_on": gone or known_on, "status": "ended", "change": -worth}
    else:
        yield row | {"effective_on": first, "status": status, "change": worth if status == "active" else 0}


def _assumed_start(gone: date | None, months: int, known_on: date) -> date:
    return known_on if gone is None else min(known_on, shifted(gone, -months))
