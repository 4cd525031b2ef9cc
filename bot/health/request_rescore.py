"""Have an account scored anew after something was learnt about it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import Thought


def rescore_soon(
    session: Session, workspace_id: int, account_ids: Sequence[int], now: datetime, by_id: int | None = None
) -> None:
    """Plan to score these accounts anew as soon as this transaction is done; several askings are thought together.

    `by_id` is the member who entered what was learnt: a fall that comes of it is no news to them.

    Each asking is a row of its own: one that shared a slot with a thought in progress would be lost with it.
    """
    slot = secrets.token_hex(8)
    thoughts = [Thought("score", f"account:{account_id}", slot, now, 500, {"by": by_id}) for account_id in account_ids]
    jobs.plan(session, workspace_id, thoughts)
