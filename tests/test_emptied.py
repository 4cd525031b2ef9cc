"""A PostgreSQL database that is used again is as empty as a new one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.db.engine import Base, Database
from tests.emptied import EmptiedDatabase
from tests.scenes.scene import make_scene

pytestmark = pytest.mark.postgres


@pytest.fixture
def own(postgres_server: str):
    database = EmptiedDatabase(postgres_server)
    yield database
    database.drop()


def state(url: str) -> dict[str, object]:
    db = Database(url)
    with db.engine.connect() as connection:
        rows = {t.name: connection.execute(t.select()).all() for t in Base.metadata.sorted_tables}
        sequences = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")).all()
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    db.close()
    return {"rows": rows, "sequences": sequences, "tables": sorted(tables)}


def test_it_is_as_empty_as_a_new_one_though_somebody_is_still_connected(own: EmptiedDatabase) -> None:
    url = own.fresh_url()
    before = state(url)
    held = Database(url)
    make_scene(held)
    connection = held.engine.connect()
    connection.execute(text("SELECT * FROM members FOR UPDATE")).all()
    assert state(url) != before
    assert own.fresh_url() == url
    assert state(url) == before
    connection.invalidate()
    held.close()


def test_one_whose_tables_were_changed_is_made_anew(own: EmptiedDatabase) -> None:
    url = own.fresh_url()
    before = state(url)
    db = Database(url)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE members RENAME TO gone"))
    db.close()
    again = own.fresh_url()
    assert again != url
    assert state(again) == before
