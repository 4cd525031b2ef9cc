"""From what someone types to the account they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from bot.accounts import search as account_search
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from tests.factories import NOW, make_account, make_member, make_renewal, make_workspace
from tests.scenes.names import fill_names

NAMES = (
    "Acme Robotics",
    "Acme Foods",
    "Brightwater Utilities",
    "Fenwick & Rowe Legal",
    "ACME Inc.",
    "100% Pure",
    "Ørsted",
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("acme", ["ACME Inc."]),
        ("acme robotics ltd", ["Acme Robotics"]),
        ("acme r", ["Acme Robotics"]),
        ("utilities", ["Brightwater Utilities"]),
        ("fenwick and rowe legal", ["Fenwick & Rowe Legal"]),
        ("brightwatr utilties", ["Brightwater Utilities"]),
        ("the robots people", ["Acme Robotics"]),
        ("100%", ["100% Pure"]),
        ("%", []),
        ("zzqqx", []),
        ("", []),
        ("   ", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(any_db: Database, typed: str, meant: list[str]) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        for name in NAMES:
            make_account(session, ws, name, aliases=["The Robots People"] if name == "Acme Robotics" else [])
        found = [f.name for f in account_search.find_accounts(Work(session, ws.id, NOW), typed)]
    assert found[: len(meant)] == meant and bool(found) == bool(meant)


def test_ended_accounts_and_those_of_another_workspace_are_not_found(db: Database) -> None:
    with db.transaction() as session:
        ws, other = make_workspace(session), make_workspace(session)
        make_account(session, ws, "Acme", is_active=False)
        make_account(session, other, "Acme", aliases=["acme"])
        assert account_search.find_accounts(Work(session, ws.id, NOW), "acme") == []
        assert account_search.find_accounts(Work(session, ws.id, NOW), "akme") == []


def test_a_channel_of_several_accounts_means_none_of_them(db: Database) -> None:
    with db.transaction() as session:
        ws = make_workspace(session)
        one = make_account(session, ws, "One", channel="C1")
        make_account(session, ws, "Two", channel="C2")
        make_account(session, ws, "Three", channel="C2")
        assert account_search.account_of_channel(Work(session, ws.id, NOW), "C1").id == one.id
        assert account_search.account_of_channel(Work(session, ws.id, NOW), "C2") is None
        assert [f.name for f in account_search.accounts_of_channel(Work(session, ws.id, NOW), "C2")] == ["Three", "Two"]


def test_ones_own_accounts_come_by_their_nearest_deadline(any_db: Database) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        dana = make_member(session, ws)
        late, soon, none = (make_account(session, ws, n, owner_id=dana.id) for n in ("Late", "Soon", "None"))
        make_account(session, ws, "Not mine")
        make_renewal(session, late, NOW.date().replace(month=9))
        make_renewal(session, soon, NOW.date().replace(month=4))
        make_renewal(session, soon, NOW.date().replace(month=12))
        assert [f.name for f in account_search.own_accounts(Work(session, ws.id, NOW), dana.id)] == [
            "Soon",
            "Late",
            "None",
        ]
        assert none


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ico", ["Zeta Logistics"]),
        ("interc", ["Zeta Logistics"]),
        ("holdings", ["Zeta Logistics"]),
        ("intreco holdings", ["Zeta Logistics"]),
        ("zeta", ["Zeta Logistics"]),
    ],
)
def test_an_alias_finds_whole_in_part_and_misspelt(any_db: Database, typed: str, meant: list[str]) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        make_account(session, ws, "Zeta Logistics", aliases=["Interco Holdings", "ICO"])
        make_account(session, ws, "Acme")
        assert [f.name for f in account_search.find_accounts(Work(session, ws.id, NOW), typed)] == meant


@pytest.mark.parametrize("typed", ["akme", "acem", "ackme", "akme robotics", "robotics akme"])
def test_one_wrong_letter_in_a_short_name_is_no_hindrance(any_db: Database, typed: str) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        for name in (*NAMES, "Meadow Farms", "Kamera Works"):
            make_account(session, ws, name)
        found = [f.name for f in account_search.find_accounts(Work(session, ws.id, NOW), typed)]
        assert {"ACME Inc.", "Acme Robotics"} & set(found[:3]), found


def test_ended_accounts_are_found_on_request_where_no_active_one_is(any_db: Database) -> None:
    with any_db.transaction() as session:
        ws = make_workspace(session)
        make_account(session, ws, "Gone Ltd", aliases=["Went Away"], is_active=False)
        make_account(session, ws, "Acme Foods", is_active=False)
        make_account(session, ws, "Acme Robotics")
        for typed, meant in (
            ("gone", ["Gone Ltd"]),
            ("went away", ["Gone Ltd"]),
            ("gon", ["Gone Ltd"]),
            ("gonne ltd", ["Gone Ltd"]),
            ("acme", ["Acme Robotics"]),
            ("acme foods", ["Acme Foods"]),
        ):
            found = account_search.find_accounts(Work(session, ws.id, NOW), typed, with_ended=True)
            assert [f.name for f in found] == meant, typed
        assert account_search.find_accounts(Work(session, ws.id, NOW), "gone") == []


@pytest.fixture(scope="module")
def forty_thousand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('many') / 'many.sqlite3'}")
    schema.upgrade(db)
    with db.transaction() as session:
        fill_names(Work(session, make_workspace(session).id, NOW))
    yield db
    db.close()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("acm", "Acme Acme 0"),
        ("meridan ston 17", "Meridian Stone 17"),
        ("AB31337", "Meridian Granite 31337"),
        ("AB3133", "Granite Larch 3133"),
        ("acme acme 64 holdng", "Acme Acme 64"),
        ("akme", "Acme Acme 0"),
        ("nothing like it", None),
    ],
)
def test_however_many_there_are_a_search_is_a_few_statements_that_hand_back_few_rows(
    forty_thousand: Database, typed: str, name: str | None
) -> None:
    done: list[tuple[str, Any, int]] = []

    def count(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if "FROM accounts" in statement:
            again = connection.connection.cursor().execute(statement, parameters)
            done.append((statement, parameters, len(again.fetchall())))

    event.listen(forty_thousand.engine, "after_cursor_execute", count)
    try:
        with Work.reading(forty_thousand, 1, NOW) as work:
            found = account_search.find_accounts(work, typed, 50)
    finally:
        event.remove(forty_thousand.engine, "after_cursor_execute", count)
    assert (found[0].name if found else None) == name
    assert len(done) <= 4
    assert sum(rows for _, _, rows in done) <= account_search.CANDIDATES
    with forty_thousand.engine.connect() as connection:
        for statement, parameters, _ in done:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            steps = [row[3] for row in plan]
            # Whole rows of accounts are never walked through, only keys; a whole alias is looked up.
            assert not any(step.startswith("SCAN accounts") for step in steps), steps
            assert typed != "AB31337" or not any(step.startswith("SCAN") for step in steps), steps
