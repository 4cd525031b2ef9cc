"""An insight library that is matched to accounts, nurture touches, and what lies ahead at a customer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")
OFFERED = sa.text("insight_id IS NOT NULL")

insights = sa.table(
    "insights",
    sa.column("id", sa.BigInteger),
    sa.column("workspace_id", sa.BigInteger),
    sa.column("industry", sa.String),
    sa.column("industries", sa.JSON),
)


def upgrade() -> None:
    for column in (
        sa.Column("kind", sa.String(length=16), server_default="article", nullable=False),
        sa.Column("industries", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("topics", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("is_about_us", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("goal", sa.String(length=16), server_default="", nullable=False),
        sa.Column("offer", sa.String(length=200), server_default="", nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("source_key", sa.String(length=160), nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
    ):
        op.add_column("insights", column)
    bind = op.get_bind()
    of_industry = sa.select(insights.c.id, insights.c.industry).where(insights.c.industry != "")
    for row in bind.execute(of_industry).all():
        bind.execute(sa.update(insights).where(insights.c.id == row.id).values(industries=[row.industry]))
    op.drop_column("insights", "industry")
    op.create_index("ix_insights_source", "insights", ["workspace_id", "source_key"], unique=True)
    op.add_column("workspaces", sa.Column("nurture_opening", sa.Text(), server_default="", nullable=False))
    op.add_column("members", sa.Column("nurture_opening", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "nurture_touches",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("goal", sa.String(length=16), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("fits", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("touchpoint_id", ID, nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("attendance", sa.String(length=16), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        *_foreign_keys(
            "nurture_touches",
            workspace_id="workspaces",
            account_id="accounts",
            member_id="members",
            insight_id="insights",
            touchpoint_id="touchpoints",
            closed_by_id="members",
            answered_by_id="members",
        ),
    )
    op.create_index("ix_nurture_touches_account_id", "nurture_touches", ["account_id", "proposed_at"])
    op.create_index("ix_nurture_touches_member", "nurture_touches", ["workspace_id", "member_id", "proposed_at"])
    op.create_index("ix_nurture_touches_workspace_id_proposed_at", "nurture_touches", ["workspace_id", "proposed_at"])
    op.create_index(
        "ix_nurture_touches_open",
        "nurture_touches",
        ["account_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "insight_uses",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_foreign_keys("insight_uses", workspace_id="workspaces", account_id="accounts", insight_id="insights"),
        sa.UniqueConstraint("account_id", "insight_id", name=op.f("uq_insight_uses_account_id_insight_id")),
    )
    op.create_index("ix_insight_uses_insight_id", "insight_uses", ["insight_id"])
    op.create_index(
        "ix_pulse_rounds_insight_id",
        "pulse_rounds",
        ["insight_id"],
        sqlite_where=OFFERED,
        postgresql_where=OFFERED,
    )
    op.create_table(
        "trigger_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("prepare", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("is_yearly", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        *_foreign_keys("trigger_events", workspace_id="workspaces", account_id="accounts", by_id="members"),
    )
    op.create_index("ix_trigger_events_account_id", "trigger_events", ["account_id", "on_day"])


def downgrade() -> None:
    op.drop_index("ix_pulse_rounds_insight_id", "pulse_rounds")
    op.drop_table("trigger_events")
    op.drop_table("insight_uses")
    op.drop_table("nurture_touches")
    op.drop_column("members", "nurture_opening")
    op.drop_column("workspaces", "nurture_opening")
    op.drop_index("ix_insights_source", "insights")
    op.add_column("insights", sa.Column("industry", sa.String(length=100), server_default="", nullable=False))
    bind = op.get_bind()
    for row in bind.execute(sa.select(insights.c.id, insights.c.industries)).all():
        if row.industries:
            first = str(row.industries[0])[:100]
            bind.execute(sa.update(insights).where(insights.c.id == row.id).values(industry=first))
    for name in (
        "retired_at",
        "source_key",
        "published_on",
        "valid_until",
        "offer",
        "goal",
        "is_about_us",
        "topics",
        "industries",
        "kind",
    ):
        op.drop_column("insights", name)


def _foreign_keys(table: str, **columns: str) -> tuple[sa.Constraint, ...]:
    keys = [
        sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}")) for name, to in columns.items()
    ]
    return (*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")))
