"""Usage figures of accounts, and how their last quarter stands to the one before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

FIGURES, TRENDS = "usage_figures", "usage_trends"
PERIOD = ("account_id", "measure", "is_month", "period", "product")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        FIGURES,
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("product", sa.String(length=255), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("is_month", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_usage_figures_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_usage_figures_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_figures")),
        sa.UniqueConstraint(*PERIOD, name=op.f("uq_usage_figures_account_id_measure_is_month_period_product")),
    )
    op.create_index("ix_usage_figures_period", FIGURES, ["workspace_id", "measure", "is_month", "period"])
    op.create_table(
        TRENDS,
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("product_id", number, nullable=True),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("now", sa.Float(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_usage_trends_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_usage_trends_account_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_usage_trends_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_trends")),
    )
    op.create_index("ix_usage_trends_account_id", TRENDS, ["account_id"])
    op.create_index("ix_usage_trends_change", TRENDS, ["workspace_id", "change"])


def downgrade() -> None:
    op.drop_table(TRENDS)
    op.drop_table(FIGURES)
