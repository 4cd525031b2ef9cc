"""Indexes for what one person, or one pass over the queue, reads"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CLAIMED = sa.text("claimed_by_id IS NOT NULL")
LED = sa.text("manager_id IS NOT NULL")
STARTED = sa.text("due_at IS NOT NULL AND (ts IS NOT NULL OR state IN ('sending', 'unknown'))")


def upgrade() -> None:
    op.create_index(
        "ix_renewals_claimed",
        "renewals",
        ["workspace_id", "claimed_by_id", "closed_at"],
        sqlite_where=CLAIMED,
        postgresql_where=CLAIMED,
    )
    op.create_index("ix_members_led", "members", ["workspace_id", "manager_id"], sqlite_where=LED, postgresql_where=LED)
    op.create_index("ix_pulse_answers_workspace_id_member_id", "pulse_answers", ["workspace_id", "member_id"])
    op.create_index(
        "ix_deliveries_started",
        "deliveries",
        ["workspace_id", "due_at"],
        sqlite_where=STARTED,
        postgresql_where=STARTED,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_started", "deliveries")
    op.drop_index("ix_pulse_answers_workspace_id_member_id", "pulse_answers")
    op.drop_index("ix_members_led", "members")
    op.drop_index("ix_renewals_claimed", "renewals")
