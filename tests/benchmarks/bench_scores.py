"""A night of many accounts against one of few in which as many scores change; and a recount of all, with its memory.

A recount, after a change of weights, stands against the bare reads and writes of the same rows.

Run alone: python -m tests.benchmarks.bench_scores [accounts]
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from bot import features
from bot.agenda import sweep
from bot.agenda.runner import run_due
from bot.db import schema
from bot.db.engine import Database, prepare_sqlite
from bot.db.work import Work
from bot.health.jobs import begin_night, score_page
from bot.models import AccountHealth, Workspace
from tests.factories import NOW, make_workspace

NIGHT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
PAGE = sweep.PAGE
EARLY = 0.05

_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {accounts}) "
_AT = "datetime('2026-03-02 00:00:00', '-' || {days} || ' days') || '.000000'"
_DAY = "date('2026-03-02', '-' || {days} || ' days')"

_FILL = (
    "INSERT INTO accounts (workspace_id, name, name_key, aliases, tier, segment, industry, country, is_active,"
    " row_digest, created_at, id) {n} SELECT 1, 'Account ' || i, 'account ' || i, '[]', 'mid', '', '', '', 1, '',"
    " '2025-01-01 00:00:00.000000', i FROM n",
    "INSERT INTO touchpoints (workspace_id, account_id, kind, at, department, contact, purpose, mood, words, is_note,"
    " permalink, priority, escalated, row_digest, created_at, via, satisfaction, closed_at) {n} SELECT 1, i,"
    " CASE k WHEN 1 THEN 'ticket' ELSE 'call' END, {touched}, '', '', '', '', '', 0, '', '', 0, '', {touched}, '',"
    " CASE k WHEN 1 THEN 1 + (i % 5) END, CASE k WHEN 1 THEN {touched} END"
    " FROM n, (SELECT 1 AS k UNION ALL SELECT 2 UNION ALL SELECT 3)",
    "INSERT INTO health_checks (workspace_id, account_id, at, outcomes, relationship, adoption, support, expectations,"
    " heard, risks, sold_nothing, created_at) {n} SELECT 1, i, {checked}, 1 + (i % 5), 1 + (i % 4), 1 + (i % 3), 4,"
    " NULL, '', '[]', 1, {checked} FROM n WHERE i % 2",
    "INSERT INTO pulse_rounds (workspace_id, account_id, opened_at, closes_on, closed_at, asked, value) {n} SELECT 1,"
    " i, {pulsed}, {pulse_day}, {pulsed}, '[]', (i * 7 % 5) * 25 FROM n, (SELECT 1 AS k UNION ALL SELECT 2)",
    "INSERT INTO follow_ups (workspace_id, account_id, words, due_on, is_promise, source, outcome, done_at,"
    " created_at) {n} SELECT 1, i, 'Call', {promise_day}, 1, '', CASE i % 2 WHEN 0 THEN 'kept' ELSE 'broken' END,"
    " {promised}, {promised} FROM n WHERE i % 3 = 0",
)

# Well kept accounts, whose scores stay; of every so many a red pulse expires in the night that is timed.
_FILL_CALM = (
    _FILL[0],
    "INSERT INTO touchpoints (workspace_id, account_id, kind, at, department, contact, purpose, mood, words, is_note,"
    " permalink, priority, escalated, row_digest, created_at, via, satisfaction, closed_at) {n} SELECT 1, i,"
    " CASE k WHEN 1 THEN 'ticket' ELSE 'call' END, {touched}, '', '', '', '', '', 0, '', '', 0, '', {touched}, '',"
    " CASE k WHEN 1 THEN 5 END, CASE k WHEN 1 THEN {touched} END FROM n, (SELECT 1 AS k UNION ALL SELECT 2)",
    "INSERT INTO health_checks (workspace_id, account_id, at, outcomes, relationship, adoption, support, expectations,"
    " heard, risks, sold_nothing, created_at) {n} SELECT 1, i, {touched}, 5, 5, 5, 5, 5, '', '[]', 1, {touched} FROM n",
    "INSERT INTO pulse_rounds (workspace_id, account_id, opened_at, closes_on, closed_at, asked, value) {n} SELECT 1,"
    " i, {red}, {red_day}, {red}, '[]', 0 FROM n WHERE i % {every} = 0",
)

# What the recount reads: accounts, touches, words of leaving, tickets, checks, pulses and promises; the rows and points
# of before; and which open cards and calls follow the scores.
_READ = (
    "SELECT id, tier FROM accounts WHERE workspace_id = 1 AND is_active AND id BETWEEN ? AND ?",
    "SELECT account_id, max(at) FROM touchpoints WHERE account_id BETWEEN ? AND ? AND NOT is_note"
    " AND kind <> 'ticket' AND deleted_at IS NULL GROUP BY account_id",
    "SELECT account_id, at, kind, churn_word FROM touchpoints WHERE account_id BETWEEN ? AND ? AND churn_word <> ''"
    " AND deleted_at IS NULL",
    "SELECT account_id, at, closed_at, priority, satisfaction, escalated FROM touchpoints"
    " WHERE account_id BETWEEN ? AND ? AND kind = 'ticket' AND deleted_at IS NULL AND satisfaction IS NOT NULL",
    "SELECT account_id, at, created_at, churn_word, outcomes, relationship, adoption, support, expectations"
    " FROM health_checks WHERE account_id BETWEEN ? AND ? AND replaced_at IS NULL",
    "SELECT account_id, closed_at, value, worst, heard, churn_word FROM pulse_rounds"
    " WHERE account_id BETWEEN ? AND ? AND value IS NOT NULL",
    "SELECT account_id, outcome, done_at, due_on, done_by_id FROM follow_ups"
    " WHERE account_id BETWEEN ? AND ? AND is_promise",
    "SELECT account_id, score, confidence, inputs, weights, alerted_on, alerted_score FROM account_health"
    " WHERE account_id BETWEEN ? AND ?",
    "SELECT account_id, day, score, weights FROM score_points WHERE account_id BETWEEN ? AND ?"
    " ORDER BY account_id, day",
    "SELECT r.account_id, r.carded_at, p.facts FROM renewals r JOIN posts p ON p.workspace_id = 1"
    " AND p.key = 'renewal:' || r.id || ':card' WHERE r.account_id BETWEEN ? AND ? AND r.closed_at IS NULL",
    "SELECT id FROM renewals WHERE account_id BETWEEN ? AND ? AND closed_at IS NULL AND forecast IS NOT NULL",
)

_HEALTH = "workspace_id, account_id, score, confidence, inputs, weights, next_change_on, computed_at"
_POINT = "workspace_id, account_id, day, score, confidence, weights"
_PUT_HEALTH = (
    f"INSERT INTO account_health ({_HEALTH}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _HEALTH.split(", ")[2:])
)
_PUT_POINT = f"INSERT INTO score_points ({_POINT}) VALUES (?, ?, ?, ?, ?, ?)"

features.install()


@dataclass(frozen=True, slots=True)
class Nights:
    """Seconds of a night over many accounts and over few, and how many scores were written in each."""

    many: int
    few: int
    changing: int
    of_many: float
    of_few: float

    @property
    def ratio(self) -> float:
        """The night of many against that of few."""
        return self.of_many / self.of_few


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of the recount and of the bare statements, and the process's memory (MiB) early on and at the end."""

    accounts: int
    ours: float
    bare: float
    early_mib: float
    peak_mib: float
    written: int

    @property
    def ratio(self) -> float:
        """The recount against the bare reads and writes."""
        return self.ours / self.bare


def measure(accounts: int = 1_000_000, folder: Path | None = None) -> Measured:
    """Fill a SQLite database, score it, and time how it is scored anew by other weights, and the same rows bare."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "bench.sqlite3"
        db = Database(f"sqlite:///{path}")
        schema.upgrade(db)
        _fill(db, path, accounts, _FILL)
        _pass(db, NIGHT - timedelta(days=4), accounts)
        with db.transaction() as session:
            session.execute(update(Workspace).where(Workspace.id == 1).values(policy={"*": {"weight_health": 40}}))
        early = [0.0]
        ours = _timed(lambda: _pass(db, NIGHT, accounts, early))
        peak = _memory()
        written = _take_back_what_the_night_wrote(path)
        bare = _bare(path, accounts)
        db.close()
        return Measured(accounts, ours, bare, early[0], peak, written)


def measure_nights(many: int = 1_000_000, few: int = 40_000, changing: int = 10_000) -> Nights:
    """Time a night over many accounts and one over few, in each of which the scores of `changing` accounts change."""
    return Nights(many, few, changing, _night_over(many, changing), _night_over(few, changing))


def _night_over(accounts: int, changing: int) -> float:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "bench.sqlite3"
        db = Database(f"sqlite:///{path}")
        schema.upgrade(db)
        _fill(db, path, accounts, _FILL_CALM, accounts // changing)
        _pass(db, NIGHT - timedelta(days=1), accounts)
        with Work.writing(db, 1, NIGHT) as work:
            begin_night(work)
        took = _timed(lambda: _run_all(db))
        with db.reading() as session:
            made = session.scalar(select(func.count()).where(AccountHealth.computed_at == NIGHT))
        db.close()
        assert made == changing, f"{made} scores changed, not {changing}"
        return took


def _run_all(db: Database) -> None:
    ran = 1
    while ran:
        with Work.writing(db, 1, NIGHT) as work:
            ran = run_due(work)


def _fill(db: Database, path: Path, accounts: int, statements: Sequence[str], every: int = 1) -> None:
    with db.transaction() as session:
        make_workspace(session)
    is_calm = statements is _FILL_CALM
    words = {
        "n": _COUNT.format(accounts=accounts),
        "every": every,
        "red": _AT.format(days="181"),
        "red_day": _DAY.format(days="181"),
        "touched": _AT.format(days="5" if is_calm else "((i * 13 + k * 31) % 110)"),
        "checked": _AT.format(days="(i * 17 % 200)"),
        "pulsed": _AT.format(days="((i * 11 + k * 60) % 150)"),
        "pulse_day": _DAY.format(days="((i * 11 + k * 60) % 150)"),
        "promised": _AT.format(days="(i * 19 % 90)"),
        "promise_day": _DAY.format(days="(i * 19 % 90)"),
    }
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement.format(**words))
    connection.close()


def _pass(db: Database, now: datetime, accounts: int, early: list[float] | None = None) -> None:
    for ids in _pages(db, 1):
        with Work.writing(db, 1, now) as work:
            score_page(work, ids)
        if early is not None and not early[0] and ids[-1] >= accounts * EARLY:
            early[0] = _memory()


def _pages(db: Database, workspace_id: int) -> Iterator[list[int]]:
    after = 0
    while True:
        with Work.reading(db, workspace_id, NOW) as work:
            ids = _ids(work, after)
        if not ids:
            return
        yield ids
        after = ids[-1]


def _ids(work: Work, after: int) -> list[int]:
    return sweep.page_after(work, after, PAGE)


def _take_back_what_the_night_wrote(path: Path) -> int:
    """Keep the rows of the timed night aside, so that the bare run writes exactly these; returns their number."""
    connection = sqlite3.connect(path)
    computed = f"computed_at LIKE '{NIGHT:%Y-%m-%d %H:%M}%'"
    day = f"day = '{NIGHT:%Y-%m-%d}'"
    with connection:
        connection.execute(f"CREATE TABLE new_health AS SELECT {_HEALTH} FROM account_health WHERE {computed}")
        connection.execute(f"CREATE TABLE new_points AS SELECT {_POINT} FROM score_points WHERE {day}")
        connection.execute("CREATE INDEX ix_new_health ON new_health (account_id)")
        connection.execute("CREATE INDEX ix_new_points ON new_points (account_id)")
        connection.execute(f"DELETE FROM score_points WHERE {day}")
    (health,) = connection.execute("SELECT count(*) FROM new_health").fetchone()
    (points,) = connection.execute("SELECT count(*) FROM new_points").fetchone()
    connection.close()
    return int(health) + int(points)


def _bare(path: Path, accounts: int) -> float:
    """Seconds of the same reads and writes, on a connection like the bot's; what is to be written is at hand."""
    connection = sqlite3.connect(path, isolation_level=None)
    prepare_sqlite(connection)
    took = 0.0
    for first in range(1, accounts + 1, PAGE):
        between = (first, first + PAGE - 1)
        health, points = (
            connection.execute(f"SELECT {names} FROM {new} WHERE account_id BETWEEN ? AND ?", between).fetchall()
            for names, new in ((_HEALTH, "new_health"), (_POINT, "new_points"))
        )
        took += _timed(partial(_bare_page, connection, between, health, points))
    connection.close()
    return took


def _bare_page(connection: sqlite3.Connection, between: tuple[int, int], health: list[Any], points: list[Any]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in _READ:
        connection.execute(statement, between).fetchall()
    connection.executemany(_PUT_HEALTH, health)
    connection.executemany(_PUT_POINT, points)
    connection.execute("COMMIT")


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    nights = measure_nights(asked, asked // 25, asked // 100)
    print(
        f"{nights.many:,} accounts: {nights.of_many:.1f} s, {nights.few:,}: {nights.of_few:.1f} s, {nights.ratio:.2f}"
    )
    seen = measure(asked)
    print(
        f"{seen.accounts:,} accounts: {seen.ours:.1f} s against {seen.bare:.1f} s bare, ratio {seen.ratio:.1f}; "
        f"{seen.written:,} rows; memory {seen.early_mib:.0f} MiB at {EARLY:.0%}, {seen.peak_mib:.0f} MiB after all"
    )
