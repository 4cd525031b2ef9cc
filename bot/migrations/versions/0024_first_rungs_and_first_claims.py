"""First rungs and first claims of renewals, rates of currencies, and leaner indexes of the ledger"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
VALUED = sa.text("change <> 0")
EVERYTHING = (
    "workspace_id",
    "account_id",
    "effective_on",
    "currency",
    "change",
    "agreed_rise",
    "known_at",
)

# A claim of which no event is kept is known by the present one alone.
FIRST_CLAIMS = """
    UPDATE renewals SET first_claimed_at = COALESCE(
        (SELECT MIN(at) FROM events WHERE events.renewal_id = renewals.id AND events.kind IN ('claimed', 'took_over')),
        claimed_at
    )
"""
# The first rung shows the card, unless somebody did something about the renewal before: then nobody knows when it came.
FIRST_RUNGS = """
    UPDATE renewals SET first_rung_at = carded_at
    WHERE rung IS NOT NULL AND carded_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM events
        WHERE events.renewal_id = renewals.id AND events.by_id IS NOT NULL AND events.at <= renewals.carded_at
    )
"""


def upgrade() -> None:
    op.add_column("renewals", sa.Column("first_claimed_at", MOMENT, nullable=True))
    op.add_column("renewals", sa.Column("first_rung_at", MOMENT, nullable=True))
    op.execute(FIRST_CLAIMS)
    op.execute(FIRST_RUNGS)
    op.add_column("workspaces", sa.Column("currency_rates", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "ix_contract_states_valued",
        "contract_states",
        list(EVERYTHING[:-1]),
        sqlite_where=VALUED,
        postgresql_where=VALUED,
    )
    op.create_index(
        "ix_contract_states_currency",
        "contract_states",
        ["workspace_id", "currency", "effective_on"],
        sqlite_where=VALUED,
        postgresql_where=VALUED,
    )
    op.drop_index("ix_contract_states_change", "contract_states")


def downgrade() -> None:
    op.create_index("ix_contract_states_change", "contract_states", list(EVERYTHING))
    op.drop_index("ix_contract_states_currency", "contract_states")
    op.drop_index("ix_contract_states_valued", "contract_states")
    op.drop_column("workspaces", "currency_rates")
    op.drop_column("renewals", "first_rung_at")
    op.drop_column("renewals", "first_claimed_at")
