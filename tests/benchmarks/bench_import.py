"""Importing 100,000 contracts against reading the file with csv and bulk-inserting its rows with SQLAlchemy Core."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select, text

from bot import features
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.importing.batches import import_file
from bot.importing.contracts import CONTRACTS
from bot.importing.summary import ImportOptions, PlanAccounts
from bot.models import Contract, JobRow, Renewal
from bot.renewals.reconcile import Planned, plan_accounts
from tests.benchmarks.measuring import Case, compared, profile, rounds, seconds
from tests.factories import make_workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROWS, PER_ACCOUNT, BATCH, ROUNDS = 100_000, 10, 1000, 3
HEAD = [
    "Contract ID",
    "Account Name",
    "Contract",
    "Start Date",
    "End Date",
    "Term",
    "Auto Renew",
    "Notice Days",
    "Value",
    "Currency",
]
TARGET = 4.0

Rows = Sequence[dict[str, Any]]

features.install()


def bench_import(is_quick: bool) -> list[Case]:
    """Contracts alone, and with their renewals and first jobs planned."""
    number = ROWS // 10 if is_quick else ROWS
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "contracts.csv"
        write_contracts(path, number)
        planned, made = _planned(path, number)
        sides = [
            lambda: _import(path, number, _no_plan),
            lambda: _import(path, number, plan_accounts),
            lambda: _bare(path, number, {}),
            lambda: _bare(path, number, made),
        ]
        alone, whole, bare, bare_whole = rounds(1 if is_quick else ROUNDS, *sides)
        cases = [
            compared("import, rows alone", alone, bare, TARGET, "s", "csv and Core insert of the same rows"),
            compared(
                "import, planned", whole, bare_whole, TARGET, "s",
                "csv and Core insert of the same rows, renewals and jobs",
                f"{planned:,} renewals",
            ),
            compared("import, planned, against rows", whole, bare, TARGET, "s", "the rows alone by Core"),
        ]  # fmt: skip
        if not all(case.ok for case in cases):
            profile("import", lambda: _import(path, number, plan_accounts))
        return cases


def _import(path: Path, number: int, plan: PlanAccounts) -> float:
    with _database(number // PER_ACCOUNT) as db:
        return seconds(lambda: _must_be_clean(import_file(db, 1, CONTRACTS, path, ImportOptions(), NOW, plan)))


def _must_be_clean(summary: Any) -> None:
    if summary.exit_code:
        raise RuntimeError(f"rejected: {dict(summary.tally.reasons)}")


def _no_plan(_work: Work, _accounts: Sequence[int]) -> Planned:
    return Planned()


def _planned(path: Path, number: int) -> tuple[int, dict[Table, Rows]]:
    with _database(number // PER_ACCOUNT) as db:
        import_file(db, 1, CONTRACTS, path, ImportOptions(), NOW, plan_accounts)
        made: dict[Any, Rows] = {}
        with db.reading() as session:
            for table in (Renewal.__table__, JobRow.__table__):
                made[table] = [dict(row._mapping) for row in session.execute(select(table))]
        return len(made[Renewal.__table__]), made


def _bare(path: Path, number: int, more: dict[Table, Rows]) -> float:
    with _database(number // PER_ACCOUNT) as db:
        return seconds(lambda: _read_and_insert(db, path, more))


def _read_and_insert(db: Database, path: Path, more: dict[Table, Rows]) -> None:
    with path.open(newline="") as file:
        records = csv.DictReader(file)
        while some := list(islice(records, BATCH)):
            with db.transaction() as session:
                session.connection().execute(insert(Contract.__table__), [_row(record) for record in some])  # type: ignore[arg-type]
    for table, rows in more.items():
        for start in range(0, len(rows), BATCH):
            with db.transaction() as session:
                session.connection().execute(insert(table), list(rows[start : start + BATCH]))


def _row(record: dict[str, str]) -> dict[str, Any]:
    end = date.fromisoformat(record["End Date"])
    notice = int(record["Notice Days"])
    return {
        "workspace_id": 1,
        "account_id": int(record["Account Name"].split()[1]),
        "external_id": record["Contract ID"],
        "name": record["Contract"],
        "kind": "recurring",
        "status": "active",
        "start_date": date.fromisoformat(record["Start Date"]),
        "renewal_date": end,
        "deadline": end - timedelta(days=notice),
        "term_months": int(record["Term"]),
        "auto_renew": record["Auto Renew"] == "yes",
        "notice_days": notice,
        "value": Decimal(record["Value"]),
        "currency": record["Currency"],
        "row_digest": "",
        "created_at": NOW,
    }


def write_contracts(path: Path, number: int, first: int = 0) -> None:
    """A file of so many contracts, ten an account; their ids begin at K-`first`."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(HEAD)
        for n in range(first, first + number):
            end = date(2026, 4, 1) + timedelta(days=n * 37 % 700)
            start = end - timedelta(days=365)
            values = (f"K-{n}", f"Account {n // PER_ACCOUNT + 1}", f"Plan {n % 50}", start, end, 12)
            lines.writerow([*values, "yes" if n % 3 else "no", n % 4 * 30, 1000 + n % 9000, "EUR"])


@contextmanager
def _database(accounts: int) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as place:
        db = Database(f"sqlite:///{Path(place) / 'import.sqlite3'}")
        schema.upgrade(db)
        with db.transaction() as session:
            make_workspace(session)
            session.execute(text(_ACCOUNTS), {"last": accounts})
        yield db
        db.close()


_ACCOUNTS = (
    "INSERT INTO accounts (id, workspace_id, name, name_key, aliases, tier, segment, industry, country, is_active,"
    " row_digest, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    " SELECT i, 1, 'Account ' || i, 'account ' || i, '[]', 'mid', '', '', '', 1, '', '2026-01-01 00:00:00.000000'"
    " FROM n"
)
