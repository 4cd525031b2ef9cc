"""People at the customer, when each was met, and how a customer decides"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NAMED = {"follow_ups": "contact", "health_checks": "contact", "pulse_answers": "heard_from"}
"""Table → its new column: who at the customer, as it was typed."""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "customer_people",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("external_id", sa.String(length=140)),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.Column("row_digest", sa.String(length=40), nullable=False),
        sa.Column("removed_key", sa.String(length=40), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("created_by_id", number),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_customer_people_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_customer_people_account_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["members.id"], name=op.f("fk_customer_people_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_people")),
        sa.UniqueConstraint("workspace_id", "external_id", name=op.f("uq_customer_people_workspace_id_external_id")),
    )
    op.create_index("ix_customer_people_account_id_name_key", "customer_people", ["account_id", "name_key"])
    op.create_index("ix_customer_people_workspace_id_name_key", "customer_people", ["workspace_id", "name_key"])
    op.create_table(
        "people_met",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_people_met_workspace_id")),
        sa.ForeignKeyConstraint(["person_id"], ["customer_people.id"], name=op.f("fk_people_met_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_met")),
        sa.UniqueConstraint("person_id", "source", name=op.f("uq_people_met_person_id_source")),
    )
    op.create_index("ix_people_met_person_id_at", "people_met", ["person_id", "at"])
    op.create_index("ix_people_met_workspace_id_source", "people_met", ["workspace_id", "source"])
    op.create_table(
        "decision_steps",
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("person_id", number),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer()),
        sa.Column("by_id", number),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_decision_steps_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_decision_steps_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["customer_people.id"], name=op.f("fk_decision_steps_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_decision_steps_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_steps")),
        sa.UniqueConstraint("account_id", "place", name=op.f("uq_decision_steps_account_id_place")),
    )
    for table, column in NAMED.items():
        op.add_column(table, sa.Column(column, sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    for table, column in NAMED.items():
        op.drop_column(table, column)
    op.drop_table("decision_steps")
    op.drop_table("people_met")
    op.drop_table("customer_people")
