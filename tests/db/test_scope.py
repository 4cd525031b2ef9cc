"""Many ids or words go as one parameter, and mean what they say, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from bot.db.engine import Database
from bot.db.scope import among, one_of
from bot.models import JobRow
from tests.factories import NOW, make_workspace

SUBJECTS = ("plain", "o'clock", 'a "quote"', "back\\slash", "näive “words” 100%", "[1, 2]", "{a,b}", "NULL", "")
MORE_THAN_PARAMETERS = 70_000
_C = JobRow.__table__.c


@pytest.fixture
def ids(any_db: Database) -> dict[str, int]:
    same = {"kind": "test", "dedupe_key": "", "due_at": NOW, "urgency": 0, "facts": {}}
    with any_db.transaction() as session:
        workspace_id = make_workspace(session).id
        rows = [{"workspace_id": workspace_id, "subject": subject, **same} for subject in SUBJECTS]
        session.connection().execute(insert(JobRow.__table__), rows)  # type: ignore[arg-type]
        return dict(session.execute(select(_C.subject, _C.id)).all())


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_word_is_found_as_it_is_written_and_no_other(any_db: Database, ids: dict[str, int], subject: str) -> None:
    with any_db.reading() as session:
        found = session.scalars(select(_C.id).where(one_of(session, _C.subject, [subject, "nobody's"]))).all()
    assert found == [ids[subject]]


def test_there_may_be_more_of_them_than_a_statement_has_parameters(any_db: Database, ids: dict[str, int]) -> None:
    asked = [ids["plain"], *range(max(ids.values()) + 1, MORE_THAN_PARAMETERS)]
    with any_db.reading() as session:
        assert session.scalars(select(_C.subject).where(one_of(session, _C.id, asked))).all() == ["plain"]


def test_none_of_nothing_is_found(any_db: Database, ids: dict[str, int]) -> None:
    with any_db.reading() as session:
        assert session.scalars(select(_C.id).where(one_of(session, _C.id, []))).all() == []


_AMONG = select(_C.subject).where(among(_C.id))


@pytest.mark.parametrize("asked", [[], ["plain"], ["plain", "NULL"], list(SUBJECTS)])
def test_a_statement_built_once_finds_what_it_is_given_each_time(
    any_db: Database, ids: dict[str, int], asked: list[str]
) -> None:
    given = [ids[subject] for subject in asked] + list(range(max(ids.values()) + 1, MORE_THAN_PARAMETERS))
    with any_db.reading() as session:
        assert sorted(session.scalars(_AMONG, {"ids": given})) == sorted(asked)


def test_on_sqlite_it_is_found_by_an_index(db: Database) -> None:
    sql = str(_AMONG.compile(db.engine))
    with db.reading() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("[1]",)).all()
    assert "SEARCH agenda USING INTEGER PRIMARY KEY (rowid=?)" in {row.detail for row in plan}
