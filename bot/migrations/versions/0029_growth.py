"""Products and opportunities, seats of contracts, and one-off work that is looked at again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = ("products", "opportunities", "not_eligible", "growth_proposals", "requalifications")


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        *_references("products"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("workspace_id", "name_key", name=op.f("uq_products_workspace_id_name_key")),
    )
    op.create_table(
        "opportunities",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("product_id", NUMBER, nullable=True),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(18, 2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("stage_at", MOMENT, nullable=False),
        sa.Column("lost_reason", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("renewal_id", NUMBER, nullable=True),
        sa.Column("created_by_id", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_by_id", NUMBER, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        *_references("opportunities", "account", "product", "renewal", "created_by", "closed_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunities")),
    )
    op.create_index("ix_opportunities_account_id", "opportunities", ["account_id"])
    op.create_index("ix_opportunities_won", "opportunities", ["workspace_id", "stage", "closed_at"])
    op.create_table(
        "not_eligible",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("product_id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_references("not_eligible", "account", "product", "by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_eligible")),
        sa.UniqueConstraint("account_id", "product_id", name=op.f("uq_not_eligible_account_id_product_id")),
    )
    op.create_table(
        "growth_proposals",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("product_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("told_to_id", NUMBER, nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        *_references("growth_proposals", "account", "product", "told_to", "answered_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_proposals")),
    )
    op.create_index("ix_growth_proposals_account_id", "growth_proposals", ["account_id"])
    op.create_index("ix_growth_proposals_told", "growth_proposals", ["workspace_id", "told_on"])
    op.create_table(
        "requalifications",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("workspace_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("contract_id", NUMBER, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("owner_there", sa.String(length=8), nullable=False),
        sa.Column("sponsor_there", sa.String(length=8), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        *_references("requalifications", "account", "contract", "answered_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requalifications")),
        sa.UniqueConstraint("contract_id", "days", name=op.f("uq_requalifications_contract_id_days")),
    )
    op.create_index("ix_requalifications_account_id", "requalifications", ["account_id"])
    for name, kind in (("seats", sa.Integer()), ("seats_before", sa.Integer()), ("seats_on", sa.Date())):
        op.add_column("contracts", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in ("seats_on", "seats_before", "seats"):
        op.drop_column("contracts", name)
    for table in reversed(TABLES):
        op.drop_table(table)


_LEADS_TO = {
    "workspace": "workspaces",
    "account": "accounts",
    "product": "products",
    "renewal": "renewals",
    "contract": "contracts",
}


def _references(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    """The keys that lead out of a table; what leads nowhere else leads to a member."""
    return [
        sa.ForeignKeyConstraint(
            [f"{name}_id"], [f"{_LEADS_TO.get(name, 'members')}.id"], name=op.f(f"fk_{table}_{name}_id")
        )
        for name in ("workspace", *columns)
    ]
