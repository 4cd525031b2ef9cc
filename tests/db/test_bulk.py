"""Many rows by one statement arrive as they would by SQLAlchemy itself, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update

from bot.db.bulk import run_many
from bot.db.engine import Database
from bot.models import Contract, JobRow
from tests.factories import NOW, make_account, make_contract, make_workspace

COLUMNS = ("workspace_id", "kind", "subject", "dedupe_key", "due_at", "urgency", "facts", "handled_at")


def _jobs(workspace_id: int) -> list[dict[str, Any]]:
    values = [{}, {"words": "näive “quotes” 100%", "none": None, "deep": [1, {"two": True}]}]
    return [
        dict(zip(COLUMNS, (workspace_id, "test", f"thing:{n}", "", NOW, n, facts, NOW if n else None), strict=True))
        for n, facts in enumerate(values)
    ]


def test_what_is_read_back_is_what_was_given(any_db: Database) -> None:
    with any_db.transaction() as session:
        rows = _jobs(make_workspace(session).id)
        run_many(session, insert(JobRow.__table__), rows)
    with any_db.reading() as session:
        columns = [JobRow.__table__.c[name] for name in COLUMNS]
        found = [dict(row._mapping) for row in session.execute(select(*columns).order_by(JobRow.id))]
    assert found == rows


def test_amounts_and_dates_are_stored_exactly_and_nothing_else_is_touched(any_db: Database) -> None:
    table = Contract.__table__
    raise_all = (
        update(table)
        .where(table.c.id == bindparam("row"), table.c.status == "active")
        .values(value=bindparam("new_value"), renewal_date=bindparam("new_date"))
    )
    with any_db.transaction() as session:
        account = make_account(session, make_workspace(session))
        ids = [make_contract(session, account, status=status).id for status in ("active", "active", "ended")]
        amounts = (Decimal("10.005"), None, Decimal("1"))
        rows = [
            {"row": id, "new_value": amount, "new_date": date(2028, 2, 29)}
            for id, amount in zip(ids, amounts, strict=True)
        ]
        run_many(session, raise_all, rows)
    with any_db.reading() as session:
        found = session.execute(select(Contract.value, Contract.renewal_date).order_by(Contract.id)).all()
    assert [tuple(row) for row in found[:2]] == [(Decimal("10.005"), date(2028, 2, 29)), (None, date(2028, 2, 29))]
    assert found[2].value == Decimal("12000.00")


def test_a_default_that_nobody_would_fill_in_is_refused(db: Database) -> None:
    with db.transaction() as session:
        rows = [{name: value for name, value in row.items() if name != "urgency"} for row in _jobs(1)]
        with pytest.raises(ValueError, match="urgency"):
            run_many(session, insert(JobRow.__table__), rows)


def test_no_rows_are_no_statement(db: Database) -> None:
    with db.transaction() as session:
        run_many(session, insert(JobRow.__table__), [])
        assert session.scalars(select(JobRow.id)).all() == []
