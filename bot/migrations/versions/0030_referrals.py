"""Referrals asked for, given and thanked for, and when it was suggested to ask"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

REFERRALS, HINTS = "referrals", "referral_hints"
UNTHANKED = sa.text("given_at IS NOT NULL AND thanked_at IS NULL")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        REFERRALS,
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("asked_at", moment, nullable=True),
        sa.Column("asked_by_id", number, nullable=True),
        sa.Column("given_at", moment, nullable=True),
        sa.Column("given_by_id", number, nullable=True),
        sa.Column("named", sa.String(length=200), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("thanked_at", moment, nullable=True),
        sa.Column("thanked_by_id", number, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_referrals_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_referrals_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["customer_people.id"], name=op.f("fk_referrals_person_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["members.id"], name=op.f("fk_referrals_asked_by_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["members.id"], name=op.f("fk_referrals_given_by_id")),
        sa.ForeignKeyConstraint(["thanked_by_id"], ["members.id"], name=op.f("fk_referrals_thanked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index("ix_referrals_account_id", REFERRALS, ["account_id"])
    op.create_index("ix_referrals_person_id", REFERRALS, ["person_id"])
    op.create_index("ix_referrals_workspace_id_asked_at", REFERRALS, ["workspace_id", "asked_at"])
    op.create_index(
        "ix_referrals_unthanked",
        REFERRALS,
        ["workspace_id", "id"],
        sqlite_where=UNTHANKED,
        postgresql_where=UNTHANKED,
    )
    op.create_table(
        HINTS,
        sa.Column("id", number, nullable=False),
        sa.Column("workspace_id", number, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("member_id", number, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_referral_hints_workspace_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_referral_hints_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["customer_people.id"], name=op.f("fk_referral_hints_person_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_referral_hints_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_hints")),
    )
    op.create_index("ix_referral_hints_member_id_at", HINTS, ["workspace_id", "member_id", "at"])
    op.create_index("ix_referral_hints_person_id", HINTS, ["person_id"])


def downgrade() -> None:
    op.drop_table(HINTS)
    op.drop_table(REFERRALS)
