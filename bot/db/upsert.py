"""Upsert: an INSERT that knows ON CONFLICT, on either engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_for(session: Session, table: Any) -> Any:
    """An INSERT that knows ON CONFLICT, for the database at hand."""
    return insert_into(table, dialect_of(session))


def insert_into(table: Any, dialect: str) -> Any:
    """The same by the dialect's name, for statements that are built once: building one costs more than running it."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def dialect_of(session: Session) -> str:
    """sqlite or postgresql."""
    return str(session.get_bind().dialect.name)
