"""Names to find accounts by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.core.company_names import name_key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PAGE = 1000
KEY_LENGTH = 255


def upgrade() -> None:
    op.create_table(
        "account_aliases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_aliases_account_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_account_aliases_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_aliases")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_account_aliases_account_id_key")),
    )
    with op.batch_alter_table("account_aliases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_aliases_workspace_id_key_account_id", ["workspace_id", "key", "account_id"], unique=False
        )
    _fill()


def downgrade() -> None:
    op.drop_table("account_aliases")


def _fill() -> None:
    """Bring in the aliases that accounts have already, a page at a time."""
    connection = op.get_bind()
    accounts = sa.table(
        "accounts", sa.column("id"), sa.column("workspace_id"), sa.column("aliases", sa.JSON(none_as_null=True))
    )
    aliases = sa.table("account_aliases", sa.column("workspace_id"), sa.column("account_id"), sa.column("key"))
    last = 0
    while page := connection.execute(
        sa.select(accounts.c.id, accounts.c.workspace_id, accounts.c.aliases)
        .where(accounts.c.id > last)
        .order_by(accounts.c.id)
        .limit(PAGE)
    ).all():
        last = page[-1].id
        rows = [
            {"workspace_id": one.workspace_id, "account_id": one.id, "key": key}
            for one in page
            for key in dict.fromkeys(name_key(alias)[:KEY_LENGTH] for alias in one.aliases or ())
            if key
        ]
        if rows:
            connection.execute(sa.insert(aliases), rows)
