"""The one way into the database: a file that is private, and a server that was restarted under it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.core import time_left
from bot.db import engine
from bot.db.engine import Database


@pytest.mark.postgres
def test_a_connection_that_died_while_it_was_not_used_is_replaced(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "IDLE_SECONDS", 0)
    with postgres_db.transaction() as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    _end_others(postgres_db, first)
    with postgres_db.transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != first


@pytest.mark.postgres
def test_after_one_that_died_between_two_requests_all_are_replaced(postgres_db: Database) -> None:
    with postgres_db.transaction() as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    _end_others(postgres_db, first)
    with pytest.raises(Exception, match=r"terminating|closed"), postgres_db.transaction() as session:
        session.scalar(text("SELECT 1"))
    with postgres_db.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_what_takes_longer_than_its_limit_is_ended_and_the_next_is_not(sqlite_url: str) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    hurried = Database(sqlite_url, patience=0.2)
    with pytest.raises(OperationalError, match="interrupted"), hurried.reading() as session:
        session.execute(text(endless))
    with hurried.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1
    hurried.close()


def test_a_request_whose_time_is_up_asks_the_database_nothing_more(db: Database) -> None:
    with time_left.answering(monotonic() - time_left.ANSWER_WITHIN):
        for way in (db.transaction, db.reading):
            with pytest.raises(SQLAlchemyError, match="time of this request is up"), way():
                raise AssertionError("it must not come this far")
    with db.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_person_waits_for_another_process_that_writes_only_as_long_as_slack_listens(db: Database) -> None:
    other = Database(str(db.engine.url))
    almost = monotonic() - time_left.ANSWER_WITHIN + 0.2
    with other.transaction() as session:
        session.execute(text("SELECT 1"))
        began = monotonic()
        with time_left.answering(almost), pytest.raises(OperationalError, match="locked"), db.transaction() as mine:
            mine.execute(text("SELECT 1"))
        assert monotonic() - began < time_left.ANSWER_WITHIN
    other.close()


@pytest.mark.parametrize(("is_bulk", "asks"), [(False, 11), (True, 2)])
def test_what_is_written_for_a_person_asks_for_the_writers_place_more_often_than_what_is_written_in_bulk(
    db: Database, monkeypatch: pytest.MonkeyPatch, is_bulk: bool, asks: int
) -> None:
    slept = _slept_until_it_is_given_up(db, monkeypatch, is_bulk, after=0.021)
    assert len(slept) == asks


def test_a_bulk_writer_that_has_waited_long_asks_as_often_as_others(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = _slept_until_it_is_given_up(db, monkeypatch, is_bulk=True, after=engine.BULK_YIELD_SECONDS + 0.1)
    assert slept[0] == engine.BULK_POLL_SECONDS
    assert slept[-1] == engine.POLL_SECONDS


def _slept_until_it_is_given_up(
    db: Database, monkeypatch: pytest.MonkeyPatch, is_bulk: bool, after: float
) -> list[float]:
    """How long a writer slept between its tries while another process kept the writer's place for `after` seconds."""
    other = Database(str(db.engine.url))
    slept: list[float] = []
    with other.transaction() as holder:
        holder.execute(text("SELECT 1"))

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            if sum(slept) > after and holder.in_transaction():
                holder.rollback()

        monkeypatch.setattr(engine, "sleep", sleep)
        monkeypatch.setattr(engine, "monotonic", lambda: sum(slept))
        with db.transaction(is_bulk) as session:
            assert session.scalar(text("SELECT 1")) == 1
    other.close()
    return slept


@pytest.fixture
def noted(sqlite_url: str) -> Iterator[Database]:
    """A database in a file, with a table of numbers."""
    database = Database(sqlite_url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE noted (n int)"))
    yield database
    database.close()


def _note(db: Database, number: int) -> None:
    with db.transaction() as session:
        session.execute(text("INSERT INTO noted VALUES (:n)"), {"n": number})


def _all_noted(session: Session) -> list[int]:
    return list(session.scalars(text("SELECT n FROM noted ORDER BY n")))


def test_the_journal_is_carried_over_beside_those_who_read_and_write(noted: Database, tmp_path: Path) -> None:
    _note(noted, 1)
    with noted.reading() as reader:
        assert _all_noted(reader) == [1]
        with noted.transaction() as writer:
            writer.execute(text("INSERT INTO noted VALUES (2)"))
            noted.empty_journal()
        noted.empty_journal()
        _note(noted, 3)
        assert _all_noted(reader) == [1], "who reads sees what was there when they began"
    noted.empty_journal()
    with noted.reading() as reader:
        assert _all_noted(reader) == [1, 2, 3]
    # The file alone, without its journal: what a bot that is killed now leaves in it.
    copied = Database(f"sqlite:///{shutil.copy(str(noted.engine.url.database), tmp_path / 'copied.sqlite3')}")
    with copied.reading() as reader:
        assert _all_noted(reader) == [1, 2, 3]
    copied.close()


def test_nothing_is_lost_when_the_journal_is_carried_over_again_and_again(noted: Database) -> None:
    with ThreadPoolExecutor(3) as writers:
        written = [writers.submit(_note, noted, number) for number in range(150)]
        while not all(one.done() for one in written):
            noted.empty_journal()
            with noted.reading() as session:
                assert _all_noted(session) == sorted(set(_all_noted(session)))
    assert [one.exception() for one in written] == [None] * 150
    with noted.reading() as session:
        assert _all_noted(session) == list(range(150))
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"


@pytest.mark.postgres
def test_on_postgresql_there_is_no_journal_to_carry_over(postgres_db: Database) -> None:
    lent: list[object] = []
    event.listen(postgres_db.engine, "checkout", lambda *given: lent.append(given))
    postgres_db.empty_journal()
    assert lent == []


def _end_others(db: Database, pid: int | None) -> None:
    other = Database(db.engine.url.render_as_string(hide_password=False))
    with other.transaction() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.close()


def test_a_new_database_file_and_its_journals_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    old_mask = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
        with database.transaction() as session:
            session.execute(text("CREATE TABLE a (b int)"))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(old_mask)
    assert set(modes) > {"new.sqlite3"}
    assert set(modes.values()) == {0o600}


def test_a_database_in_a_folder_that_is_not_there_is_left_to_sqlite_to_refuse(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'missing' / 'new.sqlite3'}")
    with pytest.raises(OperationalError), database.reading() as session:
        session.execute(text("SELECT 1"))
    database.close()
