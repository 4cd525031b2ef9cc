"""NRR and GRR over a million contracts, beside the bare scan of the same entries, on both databases."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import partial

from sqlalchemy import text

from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from bot.metrics.retention import retention
from bot.metrics.rules.rates import Rates
from tests.benchmarks.filling import NOW, fill
from tests.benchmarks.measuring import Case, limited, rounds, seconds
from tests.benchmarks.postgres import postgres

DAY = date(2026, 3, 1)
MOST = 2
"""Seconds."""

_ENTRIES = (
    "INSERT INTO contract_states (workspace_id, account_id, contract_id, effective_on, known_at, cause, kind, status,"
    " value, currency, term_months, change, agreed_rise) SELECT 1, account_id, id, '2024-06-01', created_at,"
    " 'imported', 'recurring', 'active', value, currency, 12, value, 0 FROM contracts",
    "INSERT INTO contract_states (workspace_id, account_id, contract_id, effective_on, known_at, cause, kind, status,"
    " value, currency, term_months, change, agreed_rise) SELECT 1, account_id, id, '2025-09-01', created_at,"
    " 'imported', 'recurring', 'ended', value, currency, 12, -value, 0 FROM contracts WHERE id % 10 = 0",
    "INSERT INTO contract_states (workspace_id, account_id, contract_id, effective_on, known_at, cause, kind, status,"
    " value, currency, term_months, change, agreed_rise) SELECT 1, account_id, id, '2025-09-01', created_at,"
    " 'imported', 'recurring', 'active', value, currency, 12, value / 5, 0 FROM contracts WHERE id % 3 = 1",
)
_BARE = text("SELECT count(*), sum(change) FROM contract_states WHERE workspace_id = 1 AND change <> 0")


def bench_metrics(is_quick: bool) -> list[Case]:
    """One call of what `python -m bot metrics` asks first."""
    contracts = 50_000 if is_quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        cases = [_case("SQLite", f"sqlite:///{folder}/metrics.sqlite3", contracts)]
    with postgres() as url:
        return [*cases, _case("PostgreSQL", url, contracts)]


def _case(engine: str, url: str, contracts: int) -> Case:
    db = Database(url)
    schema.upgrade(db)
    fill(db, contracts)
    for statement in _ENTRIES:
        with db.transaction() as session:
            session.execute(text(statement))
    if not db.is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE contract_states"))
    ours, bare = rounds(3, partial(seconds, partial(_ask, db)), partial(seconds, partial(_scan, db)))
    db.close()
    note = f"the bare scan of the same entries takes {bare:.2f} s"
    return limited(f"NRR and GRR of {contracts:,} contracts, {engine}", ours, MOST, "s", note)


def _ask(db: Database) -> None:
    with Work.reading(db, 1, NOW) as work:
        [found] = retention(work, DAY, Rates("EUR"))
        assert found.grr is not None and found.grr < 100


def _scan(db: Database) -> None:
    with db.reading() as session:
        session.execute(_BARE).one()
