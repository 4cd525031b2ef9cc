"""SQLite's planner finds the few rows that are asked for, however many a workspace has."""

from __future__ import annotations

import pytest

from bot.db import schema
from bot.db.engine import Database
from bot.db.planner_stats import figures_of


@pytest.fixture
def plan_of(tmp_path):
    """How a fresh database, with its schema as it is delivered, would run a statement."""
    db = Database(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    schema.upgrade(db)

    def plan(sql):
        with db.engine.connect() as connection:
            return " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))

    yield plan
    db.close()


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("SELECT * FROM contracts WHERE workspace_id = 1 AND renewal_id IN (1, 2, 3)", "ix_contracts_renewal_id"),
        ("SELECT * FROM contracts WHERE workspace_id = 1 AND account_id IN (1, 2, 3)", "ix_contracts_account_id"),
        ("SELECT * FROM renewals WHERE workspace_id = 1 AND account_id IN (1, 2, 3)", "ix_renewals_account_id"),
        ("SELECT * FROM agenda WHERE workspace_id = 1 AND subject IN ('a:1', 'a:2')", "ix_agenda_subject"),
        (
            "SELECT id FROM agenda WHERE workspace_id = 1 AND handled_at IS NULL AND due_at < 'x' ORDER BY due_at",
            "ix_agenda_due",
        ),
        ("SELECT min(due_at) FROM deliveries WHERE workspace_id = 1 AND due_at IS NOT NULL", "ix_deliveries_due"),
        ("SELECT * FROM accounts WHERE workspace_id = 1 AND id IN (1, 2, 3)", "INTEGER PRIMARY KEY"),
    ],
)
def test_the_workspace_alone_chooses_no_index(plan_of, asked, index):
    assert index in plan_of(asked)


def test_figures_are_kept_when_the_schema_is_brought_up_to_date_again(tmp_path):
    db = Database(f"sqlite:///{tmp_path / 'kept.sqlite3'}")
    schema.upgrade(db)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sqlite_stat1 SET stat = '5 5 1' WHERE idx = 'ix_contracts_renewal_id'")
    schema.upgrade(db)
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_contracts_renewal_id'").all()
    assert found == [("5 5 1",)]
    db.close()


def test_a_unique_index_leaves_one_row():
    assert figures_of(["workspace_id", "external_id"], is_unique=True, is_partial=False) == "1000000 1000000 1"
