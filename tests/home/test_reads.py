"""Home reads what is its reader's: from their accounts, and for all of a manager's people at once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from bot import features, story
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.home import desk
from bot.models import Renewal
from bot.workspace import members
from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_contract,
    make_member,
    make_renewal,
    make_teammate,
    make_workspace,
)
from tests.scenes.learning import make_check, make_round, make_touch

features.install()

WHOLE = re.compile(r"^SCAN (accounts|renewals|pulse_rounds|pulse_answers|touchpoints|follow_ups|members|teammates)")
BY_WORKSPACE = re.compile(r"^SEARCH (\w+) USING (?:COVERING )?INDEX \w+ \(workspace_id=\?\)$")
"""All that a workspace has of something."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def delivered(request, tmp_path):
    """A database with its schema, and on SQLite its figures, as it is delivered."""
    is_sqlite = request.param == "sqlite"
    db = Database(
        f"sqlite:///{tmp_path / 'home.sqlite3'}" if is_sqlite else request.getfixturevalue("empty_postgres_url")
    )
    schema.upgrade(db)
    yield db
    db.close()


def led(db: Database, people: int) -> tuple[int, int, int]:
    """A workspace, a manager of so many people with two accounts each, and one of those accounts."""
    with db.transaction() as session:
        workspace = make_workspace(session)
        manager = make_member(session, workspace, "Mona", role="manager")
        for _ in range(people):
            rep = make_member(session, workspace, manager_id=manager.id)
            for late in (True, False):
                account = make_account(session, workspace, owner_id=rep.id)
                make_teammate(session, account, rep)
                make_contract(session, account)
                renewal_date = {"renewal_date": TODAY} if late else {}
                renewal = make_renewal(session, account, TODAY, carded_at=NOW, **renewal_date)
                renewal.claimed_by_id = rep.id
                make_round(session, account, 50)
                make_touch(session, account, by_id=rep.id)
                make_check(session, account, by_id=rep.id)
        return workspace.id, manager.id, account.id


def sent(db: Database, workspace_id: int, member_id: int) -> list[tuple[str, object]]:
    """The statements of one Home, with their values."""
    found: list[tuple[str, object]] = []

    def note(*given: object) -> None:
        found.append(given[2:4])

    with Work.reading(db, workspace_id, NOW) as work:
        person = members.by_id(work, member_id)
        event.listen(db.engine, "before_cursor_execute", note)
        desk.home_of(work, person)
        event.remove(db.engine, "before_cursor_execute", note)
    return found


def test_a_manager_of_many_costs_no_more_statements_than_one_of_few(delivered):
    few, many = led(delivered, 1), led(delivered, 7)
    assert len(sent(delivered, *few[:2])) == len(sent(delivered, *many[:2]))


# PostgreSQL walks small tables, as it should; the bench holds it to a million rows.
@pytest.mark.parametrize("delivered", ["sqlite"], indirect=True)
def test_neither_home_nor_a_story_walks_what_a_workspace_has(delivered):
    workspace_id, manager_id, account_id = led(delivered, 3)
    with Work.reading(delivered, workspace_id, NOW) as work:
        rep_id = work.session.scalars(work.select(Renewal.claimed_by_id)).first()
    statements = sent(delivered, workspace_id, manager_id) + sent(delivered, workspace_id, rep_id)
    event.listen(delivered.engine, "before_cursor_execute", lambda *given: statements.append(given[2:4]))
    with Work.reading(delivered, workspace_id, NOW) as work:
        story.card(work, account_id, "UTC")
    walked = []
    for sql, values in list(statements):
        with delivered.engine.connect() as connection:
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        walked += [step for step in steps if WHOLE.match(step) or BY_WORKSPACE.match(step)]
    assert [step for step in walked if " routes " not in step] == []
