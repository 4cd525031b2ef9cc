"""The one way into the database, on the day the database was restarted under it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot import db as rooms
from bot.db import Database

pytestmark = pytest.mark.postgres


def test_a_connection_that_died_while_it_was_not_used_is_replaced(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "IDLE_SECONDS", 0)
    with postgres_db.transaction() as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    _end_others(postgres_db, first)
    with postgres_db.transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != first


def test_after_one_that_died_between_two_requests_all_are_replaced(postgres_db: Database) -> None:
    with postgres_db.transaction() as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    _end_others(postgres_db, first)
    with pytest.raises(Exception, match=r"terminating|closed"), postgres_db.transaction() as session:
        session.scalar(text("SELECT 1"))
    with postgres_db.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def _end_others(db: Database, pid: int | None) -> None:
    other = Database(db.engine.url.render_as_string(hide_password=False))
    with other.transaction() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.close()
