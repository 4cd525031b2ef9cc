"""Prepared statements: on a direct connection to PostgreSQL, and never where a proxy may stand between."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import NotSupportedError

from bot.db.engine import PREPARED_AFTER, Database
from bot.db.url import OF_PROXIES
from tests.pooling import pooled, program

pytestmark = pytest.mark.postgres
ASKED = text("SELECT CAST(:number AS integer) + 41")
OF_OURS = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%+ 41'")


def prepared(db: Database, is_reader: bool = True) -> int:
    """How many statements of ours the server process keeps prepared, after a use more than it takes."""
    with db.reading() if is_reader else db.transaction() as session:
        for _ in range(PREPARED_AFTER + 1):
            session.scalar(ASKED, {"number": 1})
    with db.transaction() as session:
        return session.scalar(OF_OURS) or 0


def test_a_direct_connection_keeps_the_plans_of_what_is_asked_often(postgres_db: Database) -> None:
    assert prepared(postgres_db) == 1


def test_a_writer_prepares_nothing_on_the_connection_that_a_reader_had(postgres_db: Database) -> None:
    assert prepared(postgres_db, is_reader=False) == 0
    assert prepared(postgres_db) == 1


@pytest.mark.parametrize("option", sorted(OF_PROXIES))
def test_an_address_that_names_a_proxy_is_believed(postgres_db: Database, option: str) -> None:
    address = postgres_db.engine.url.render_as_string(hide_password=False)
    db = Database(f"{address}{'&' if '?' in address else '?'}{option}=0")
    assert prepared(db) == 0
    db.close()


@pytest.mark.skipif(program() is None, reason="needs PgBouncer: apt install pgbouncer")
def test_behind_a_proxy_that_does_not_say_so_nothing_is_prepared(empty_postgres_url: str, tmp_path: Path) -> None:
    with pooled(empty_postgres_url, tmp_path) as url:
        db = Database(url)
        assert prepared(db) == 0
        db.close()


def test_a_plan_that_a_change_of_the_schema_made_old_fails_once_and_no_more(postgres_db: Database) -> None:
    with postgres_db.transaction() as session:
        session.execute(text("CREATE TABLE changing (word varchar(10))"))
    with postgres_db.reading() as session:
        for _ in range(PREPARED_AFTER + 1):
            session.execute(text("SELECT * FROM changing")).all()
    other = Database(postgres_db.engine.url.render_as_string(hide_password=False))
    with other.transaction() as session:
        session.execute(text("ALTER TABLE changing ADD COLUMN other integer"))
    other.close()
    with pytest.raises(NotSupportedError, match="cached plan"), postgres_db.reading() as session:
        session.execute(text("SELECT * FROM changing")).all()
    for _ in range(2):
        with postgres_db.reading() as session:
            assert session.execute(text("SELECT * FROM changing")).keys() == ["word", "other"]
