"""Thirty-two requests in flight while a tick over 200,000 contracts runs in the same process, on SQLite."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bot.db.engine import Database
from tests.benchmarks.bench_ack import WRITES_ONE_ROW, bench_environment, command
from tests.benchmarks.filling import fill
from tests.benchmarks.load import Answered, Load, start_load
from tests.benchmarks.measuring import Case, limited
from tests.benchmarks.serving import served

CONTRACTS, IN_FLIGHT, SECONDS = 200_000, 32, 12
STARTS_AFTER = 8
"""Seconds until the jobs fall due: the server is up by then, and the load under way."""


def bench_busy(is_quick: bool) -> list[Case]:
    """Commands that need no database, and commands that write a row, each while one job in ten falls due."""
    contracts = CONTRACTS // 10 if is_quick else CONTRACTS
    cases = []
    for name, fields in (("ack, 32 in flight", {}), ("ack, one write, 32 in flight", WRITES_ONE_ROW)):
        answered, handled = _beside_a_tick(contracts, fields)
        note = f"{len(answered.times):,} requests; a tick of {handled:,} jobs over {contracts:,} contracts beside them"
        cases.append(limited(f"{name}, p99", answered.p99, 100, "ms", note))
        cases.append(limited(f"{name}, slowest", max(answered.times), 3000, "ms", note))
    return cases


def _beside_a_tick(contracts: int, fields: dict[str, str]) -> tuple[Answered, int]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        url = f"sqlite:///{folder / 'busy.sqlite3'}"
        db = Database(url)
        fill(db, contracts, team_id="T0PERENNIAL")
        with bench_environment(url) as environ:
            due = _make_due(db)
            with served("bot", environ, 4, folder) as port:
                load = command(port, environ, 10**6, connections=IN_FLIGHT, seconds=float(_until(due) + SECONDS))
                load.fields.update(fields)
                answered = _ended(load)
                handled = _handled(db)
        db.close()
        if answered.bad:
            raise RuntimeError(f"{answered.bad} of {len(answered.times)} requests were not answered with 200")
        return answered, handled


def _ended(load: Load) -> Answered:
    return start_load(load)()


def _until(due: datetime) -> float:
    return max((due - datetime.now(UTC)).total_seconds(), 0)


def _make_due(db: Database) -> datetime:
    now = datetime.now(UTC)
    due, later = now + timedelta(seconds=STARTS_AFTER), now + timedelta(days=30)
    with db.transaction() as session:
        session.execute(text("UPDATE agenda SET due_at = :later"), {"later": f"{later:%Y-%m-%d %H:%M:%S.%f}"})
        # A countdown is made true at any hour of any day, so that the work is the same whenever this is measured.
        session.execute(
            text(
                "UPDATE agenda SET kind = 'refresh', dedupe_key = 'bench', due_at = :due"
                " WHERE kind = 'rung' AND id % 10 = 0"
            ),
            {"due": f"{due:%Y-%m-%d %H:%M:%S.%f}"},
        )
    return due


def _handled(db: Database) -> int:
    with db.reading() as session:
        return int(
            session.execute(
                text("SELECT count(*) FROM agenda WHERE dedupe_key = 'bench' AND handled_at IS NOT NULL")
            ).scalar_one()
        )
