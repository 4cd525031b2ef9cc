"""Looking for an account while somebody types, among forty thousand with two aliases each, on both databases."""

from __future__ import annotations

import tempfile
from functools import partial
from statistics import median

from bot.accounts import search as account_search
from bot.db import schema
from bot.db.engine import Database
from bot.db.work import Work
from tests.benchmarks.measuring import Case, limited, profile, seconds
from tests.benchmarks.postgres import postgres
from tests.factories import NOW, make_workspace
from tests.scenes.names import MANY, fill_names

TYPED = ("a", "acm", "akme", "39", "ab39999", "meridan ston", "nothing like it", "zzzz")
"""What is found by an index, in part, loosely, and not at all."""

MOST = 300
"""Milliseconds, as the select of a form must answer."""

OFFERED = 50
ROUNDS = 5


def bench_search(is_quick: bool) -> list[Case]:
    """The slowest of several searches, each as the median of a few."""
    number = MANY // 10 if is_quick else MANY
    with tempfile.TemporaryDirectory() as folder:
        cases = [_case("SQLite", f"sqlite:///{folder}/search.sqlite3", number)]
    with postgres() as url:
        return [*cases, _case("PostgreSQL", url, number)]


def _case(engine: str, url: str, number: int) -> Case:
    db = Database(url)
    schema.upgrade(db)
    with db.transaction() as session:
        workspace_id = make_workspace(session).id
        fill_names(Work(session, workspace_id, NOW), number)
    taken = {typed: _milliseconds(db, workspace_id, typed) for typed in TYPED}
    slowest = max(taken, key=lambda typed: taken[typed])
    name = f"account search at {number:,}, slowest, {engine}"
    if taken[slowest] > MOST:
        profile(name, partial(_search, db, workspace_id, slowest))
    db.close()
    return limited(name, taken[slowest], MOST, "ms", f"“{slowest}”, two aliases each")


def _milliseconds(db: Database, workspace_id: int, typed: str) -> float:
    return 1000 * median(seconds(partial(_search, db, workspace_id, typed)) for _ in range(ROUNDS))


def _search(db: Database, workspace_id: int, typed: str) -> None:
    with Work.reading(db, workspace_id, NOW) as work:
        account_search.find_accounts(work, typed, OFFERED)
