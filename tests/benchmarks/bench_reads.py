"""What a person waits for when they look: Home and an account's story, among as many accounts as there ever are.

Everybody has a hundred accounts, so that what is measured is what is the reader's; each call is another reader's, or
another account's, and finds nothing in memory that the one before has read.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median, quantiles

from sqlalchemy import text

from bot import features, story
from bot.db.engine import Database
from bot.db.work import Work
from bot.home import desk
from bot.home.messages import home_view
from bot.story.messages.card import account_view
from bot.workspace import members
from tests.benchmarks.filling import NOW, fill, run_over
from tests.benchmarks.measuring import Case, limited, profile, seconds
from tests.benchmarks.postgres import postgres

ACCOUNTS, EACH, LED = 1_000_000, 100, 10
CALLS = 300
HOME, MANAGERS_HOME, STORY = 60, 150, 30
"""Milliseconds that 99 of 100 calls may take."""

_PARTS = [
    {"input": name, "on": "2026-02-10", "weight": 30, "fades": 60, "value": 0.4, "code": f"check_{name}", "number": 2}
    for name in ("health", "pulse", "touch")
]
_INPUTS = json.dumps({"parts": _PARTS, "missing": ["support"], "change": None})
_HELPER = ":owners + 1 + i % :owners"
_MANAGER = "2 * :owners + 1 + (i - 1) / :led"

_PEOPLE = (
    "INSERT INTO members (id, workspace_id, slack_id, name, email, role, department, timezone, is_outsider,"
    " is_slack_admin, preferences) {n} SELECT i, 1, 'U' || i, 'Member ' || i, '', 'manager', 'sales', 'UTC', {false},"
    " {false}, '{{}}' FROM n",
)
_LEARNED = (
    "INSERT INTO teammates (workspace_id, account_id, member_id, role, since) {n} SELECT 1, i, 1 + i % :owners,"
    " 'owner', :now FROM n",
    "INSERT INTO teammates (workspace_id, account_id, member_id, role, since) {n} SELECT 1, i,"
    f" {_HELPER}, 'support_lead', :now FROM n",
    "INSERT INTO touchpoints (workspace_id, account_id, kind, at, by_id, department, contact, purpose, mood, words,"
    " is_note, permalink, priority, escalated, row_digest, created_at, via) {n} SELECT 1, i, 'call', :now,"
    " 1 + i % :owners, '', '', '', '', 'They are glad.', {false}, '', '', {false}, '', :now, ''"
    " FROM n, (SELECT 1 AS k UNION ALL SELECT 2) AS several",
    "INSERT INTO account_health (workspace_id, account_id, score, confidence, inputs, weights, computed_at) {n}"
    " SELECT 1, i, 30 + i % 60, 75, CAST(:inputs AS {json}), '', :now FROM n",
    # Every account was asked in the last quarter, and one in ten is being asked now.
    "INSERT INTO pulse_rounds (id, workspace_id, account_id, opened_at, closes_on, closed_at, asked, value, worst,"
    " heard) {n} SELECT i, 1, i, :now, :rung_on, CASE WHEN i % 10 <> 0 THEN :now END,"
    f" CAST('[' || (1 + i % :owners) || ', ' || ({_HELPER}) || ']' AS {{json}}), 50,"
    " CASE i % 4 WHEN 0 THEN 'red' WHEN 1 THEN 'yellow' ELSE 'green' END, 1 FROM n",
    "INSERT INTO pulse_answers (workspace_id, round_id, member_id, colour, reasons, words, answered_at, earlier) {n}"
    " SELECT 1, i, 1 + i % :owners, CASE i % 4 WHEN 0 THEN 'red' ELSE 'green' END, '[]', '', :now, '[]' FROM n"
    " WHERE i % 10 <> 0",
    "INSERT INTO follow_ups (workspace_id, account_id, owner_id, words, due_on, is_promise, source, created_at) {n}"
    " SELECT 1, i, 1 + i % :owners, 'Call', :rung_on, {false}, '', :now FROM n WHERE i % 5 = 0",
    "UPDATE renewals SET claimed_by_id = 1 + (account_id + 1) % :owners, claimed_at = :now"
    " WHERE id BETWEEN :first AND :last AND id % 10 = 0",
)

features.install()


def bench_reads(is_quick: bool) -> list[Case]:
    """Home of somebody with a hundred accounts, of somebody who leads ten of those, and the story of one account."""
    accounts, calls = (20_000, 50) if is_quick else (ACCOUNTS, CALLS)
    with tempfile.TemporaryDirectory() as folder:
        cases = _cases("SQLite", f"sqlite:///{folder}/reads.sqlite3", accounts, calls)
    with postgres() as url:
        return [*cases, *_cases("PostgreSQL", url, accounts, calls)]


def fill_reads(db: Database, accounts: int) -> None:
    """So many accounts, each kept by an owner and a helper, with what a team learns of them in a quarter."""
    owners = accounts // EACH
    more = {"owners": owners, "led": LED, "inputs": _INPUTS}
    fill(db, accounts, owners)
    run_over(db, _PEOPLE, owners + 1, 2 * owners + owners // LED)
    with db.transaction() as session:
        led = _MANAGER.replace("i", "id")
        session.execute(
            text(f"UPDATE members SET manager_id = {led} WHERE id <= :owners"), {"owners": owners, "led": LED}
        )
    run_over(db, _LEARNED, 1, accounts, **more)
    if not db.is_sqlite:
        # As it does by itself after so many rows.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _cases(engine: str, url: str, accounts: int, calls: int) -> list[Case]:
    db = Database(url)
    fill_reads(db, accounts)
    owners = accounts // EACH
    people = _spread(2 * owners, calls)
    leaders = [2 * owners + one for one in _spread(owners // LED, calls)]
    cases = [
        _case(f"Home, {EACH} of {accounts:,} accounts, {engine}", HOME, partial(_home, db), people),
        _case(f"Home, leads {LED} with {EACH} each, {engine}", MANAGERS_HOME, partial(_home, db), leaders),
        _case(f"story, 1 of {accounts:,} accounts, {engine}", STORY, partial(_story, db), _spread(accounts, calls)),
    ]
    db.close()
    return cases


def _case(name: str, most: float, look: Callable[[int], None], numbers: Sequence[int]) -> Case:
    for number in numbers[:5]:
        look(number)
    taken = [seconds(partial(look, number)) * 1000 for number in numbers[5:]]
    p99 = quantiles(taken, n=100, method="inclusive")[98]
    if p99 > most:
        profile(name, lambda: _all(look, numbers))
    return limited(f"{name}, p99", p99, most, "ms", f"p50 {median(taken):.1f} ms of {len(taken)} calls")


def _all(look: Callable[[int], None], numbers: Sequence[int]) -> None:
    for number in numbers:
        look(number)


def _spread(among: int, calls: int) -> list[int]:
    # Numbers all over the table, in no order.
    return [1 + number * 7919 * (among // 3 + 1) % among for number in range(calls)]


def _home(db: Database, member_id: int) -> None:
    with Work.reading(db, 1, NOW) as work:
        person = members.by_id(work, member_id)
        assert person is not None
        home = desk.home_of(work, person)
    home_view(home)


def _story(db: Database, account_id: int) -> None:
    with Work.reading(db, 1, NOW) as work:
        card = story.card(work, account_id, "UTC")
    account_view(card)
