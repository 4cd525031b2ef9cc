"""Requests that were carried out: Slack delivers twice, we write once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from bot.models import Receipt
from bot.services.agenda import insert_for

KEY_LENGTH = 255


def first_time(session: Session, workspace_id: int, key: str, now: datetime) -> bool:
    """Whether the request `key` is seen for the first time; remembers it in the caller's transaction.

    A second worker that handles the same request waits here until the first one has committed or given up.
    """
    if len(key) > KEY_LENGTH:
        key = hashlib.sha256(key.encode()).hexdigest()
    table = Receipt.__table__
    statement = (
        insert_for(session, table)
        .values(workspace_id=workspace_id, key=key, received_at=now)
        .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
        .returning(table.c.id)
    )
    return session.execute(statement).first() is not None
