"""Final terms of a renewal"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Column by column: a table that others point to cannot be made anew on SQLite while it holds rows.
    op.add_column("renewals", sa.Column("final_values", sa.JSON(), nullable=True))
    op.add_column("renewals", sa.Column("final_term_months", sa.Integer(), nullable=True))
    op.add_column("renewals", sa.Column("term_starts", sa.Date(), nullable=True))
    op.add_column("renewals", sa.Column("term_ends", sa.Date(), nullable=True))
    # Slack does not call Slackbot a bot, and so it was taken for one of the team.
    members = sa.table("members", sa.column("slack_id", sa.String()), sa.column("is_outsider", sa.Boolean()))
    op.execute(members.update().where(members.c.slack_id == "USLACKBOT").values(is_outsider=True))


def downgrade() -> None:
    for name in ("term_ends", "term_starts", "final_term_months", "final_values"):
        op.drop_column("renewals", name)
