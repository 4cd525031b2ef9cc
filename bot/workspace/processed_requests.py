"""Requests that were carried out: Slack delivers twice, we write once."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.models import Receipt

KEY_LENGTH = 255


def claim_once(work: Work, key: str) -> bool:
    """Whether the request `key` is seen for the first time; remembers it in the caller's transaction.

    A second worker that handles the same request waits here until the first one has committed or given up.
    """
    if len(key) > KEY_LENGTH:
        key = hashlib.sha256(key.encode()).hexdigest()
    row = {"workspace_id": work.workspace_id, "key": key, "received_at": work.now}
    return work.session.connection().execute(_receive(dialect_of(work.session)), row).first() is not None


@cache
def _receive(dialect: str) -> Any:
    table = Receipt.__table__
    insert = insert_into(table, dialect).on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    return insert.returning(table.c.id)
