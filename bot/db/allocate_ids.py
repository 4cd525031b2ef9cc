"""Ids for many new rows at once, before they are written: RETURNING makes SQLite insert them one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.db.engine import Base


def fresh_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """`count` ids that no other row of this table has or gets. On SQLite the transaction must be a writing one."""
    table: Any = model.__table__
    if session.get_bind().dialect.name == "sqlite":
        # BEGIN IMMEDIATE: nobody else can insert until this transaction ends.
        last = session.scalar(select(func.max(table.c.id))) or 0
        return list(range(last + 1, last + 1 + count))
    sequence = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(session.execute(sequence, {"table": table.name, "count": count}).scalars())
