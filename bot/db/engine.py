"""One code path, two engines: SQLite for a small team, PostgreSQL when several workers share the work."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from threading import RLock
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as DatabaseTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from bot.core import time_left
from bot.db.cache import ReadCache
from bot.db.loan_limits import WATCH
from bot.db.url import names_a_proxy, normal_url, read_url

READING = "perennial_reading"
BULK = "perennial_bulk"
BUSY_SECONDS = 5
READER_BUSY_SECONDS = 2
"""What keeps a reader waiting on SQLite is a journal that is put in order after a crash, and nothing longer."""

POLL_SECONDS, BULK_POLL_SECONDS = 0.002, 0.02
"""How often a writer on SQLite asks again for the writer's place that another process holds: what is written for a
person ten times as often as what is written in bulk, so that it comes first. SQLite's own wait asks after 1, 2, 5 …
100 ms, by when an import has long begun its next batch."""

BULK_YIELD_SECONDS = 1
"""Seconds for which bulk writers let others go first; then they ask as often, so that a busy day starves no import."""

IDLE_SECONDS = 5
"""A connection to PostgreSQL that was not used for so long is asked whether it still lives before it is used again."""

PREPARED_AFTER, MOST_PREPARED = 5, 200
"""After how many uses a reader's statement is prepared on PostgreSQL, and how many a connection keeps. To plan one
takes as long as to run it, and a story runs some thirty."""

CONNECT_SECONDS = 10
CONNECT_SECONDS_OF_A_REQUEST = 2
"""How long a connection to PostgreSQL may take to come about, for a command line, and for a bot somebody waits for."""

JOURNAL_PAGES = 16_000
"""Pages (of 4 KB) of SQLite's journal at which a writer must carry them into the file itself, while all others wait. A
bot carries them over every few seconds beside its writers (`Database.empty_journal`), so that it never comes to that;
at SQLite's own 1,000 it came to it with every hundredth answer."""

POOL_SECONDS = 2
STATEMENT_GRACE = 0.5
GIVEN_BACK, KNOWN, DIRECT = "given_back", "known", "direct"
BUSY_TIMEOUT = "busy_timeout"
TOO_LATE = "the time of this request is up"
Value = TypeVar("Value")

NAMES: Mapping[str, str] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables. Constraint names are fixed, so that migrations can name what they change."""

    metadata = MetaData(naming_convention=dict(NAMES))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware and in UTC, in and out. A naive datetime is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware moment into UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no zone; what was stored is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """On SQLite straight from the text that stands there: a night reads some ten moments of every account."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


class Amount(TypeDecorator[Decimal]):
    """An amount of money as whole thousandths, exact on both databases and for every ISO currency."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Decimal units to whole thousandths."""
        return None if value is None else int((value * 1000).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Whole thousandths to Decimal units, with two places at least."""
        if value is None:
            return None
        return Decimal(value).scaleb(-3) if value % 10 else Decimal(value // 10).scaleb(-2)


Id = BigInteger().with_variant(Integer, "sqlite")


def make_engine(url: str, pool_size: int = 20, patience: float | None = None) -> Engine:
    """An engine for an address, `sqlite:///file` or `postgresql://…`. Raises Refused for one that cannot be used.

    `patience`: seconds a transaction may take that no request waits for; None: as long as it takes.
    """
    parsed = read_url(url)
    if parsed.get_backend_name() != "sqlite":
        # Behind a proxy that pools transactions the next one meets another server process. So nothing here outlives a
        # transaction: no SET, no lock, no cursor, and prepared statements of readers on direct connections alone.
        connect_args: dict[str, Any] = {"prepare_threshold": None}
        if "connect_timeout" not in parsed.query:
            connect_args["connect_timeout"] = CONNECT_SECONDS if patience is None else CONNECT_SECONDS_OF_A_REQUEST
        engine = create_engine(
            parsed, pool_size=pool_size, max_overflow=10, pool_timeout=POOL_SECONDS, connect_args=connect_args
        )
        _watch_loans(engine, patience)
        event.listen(engine, "checkin", _note_when)
        event.listen(engine, "checkout", partial(_make_ready, engine.dialect, not names_a_proxy(url)))
        event.listen(engine, "begin", _begin_postgres)
        return engine
    _make_private(parsed.database)
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=10,
        pool_timeout=POOL_SECONDS,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    # What hangs here is another writer's lock, which has its own limit; a statement that is slow gets the rest.
    _watch_loans(engine, patience, STATEMENT_GRACE)
    event.listen(engine, "connect", lambda connection, _record: prepare_sqlite(connection))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: str | None) -> None:
    """Make a new database file readable by its owner alone; SQLite gives its journal files the same permissions."""
    if path and path != ":memory:" and not path.startswith("file:"):
        with suppress(OSError):
            # A folder that is missing or closed to us is said better by SQLite.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _watch_loans(engine: Engine, patience: float | None, grace: float = 0.0) -> None:
    def lend(connection: Any, _record: Any, _proxy: Any) -> None:
        left = time_left.remaining()
        limit = patience if left is None else left
        if limit is not None:
            WATCH.lend(connection, limit + grace)

    def give_back(connection: Any, record: Any) -> None:
        if connection is not None and not WATCH.give_back(connection):
            record.invalidate()

    def forget(connection: Any, _record: Any, _error: Any) -> None:
        WATCH.give_back(connection)

    event.listen(engine, "checkout", lend)
    event.listen(engine, "checkin", give_back)
    event.listen(engine, "invalidate", forget)


def prepare_sqlite(connection: Any) -> None:
    """Have a new connection to SQLite behave as all of the bot's do."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "cache_size=-32000",
        f"wal_autocheckpoint={JOURNAL_PAGES}",
        # A tick over a million contracts reads a page here and a page there: mapped, each costs no system call.
        "mmap_size=1073741824",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _note_when(_connection: Any, record: Any) -> None:
    record.info[GIVEN_BACK] = monotonic()


def _make_ready(dialect: Dialect, may_prepare: bool, connection: Any, record: Any, _proxy: Any) -> None:
    """Replace a connection that died in the pool, and find out of a new one whether it may prepare statements.

    SQLAlchemy's own ping asks every time, at a round trip each.
    """
    given_back, is_known = record.info.get(GIVEN_BACK), KNOWN in record.info
    try:
        if not is_known and may_prepare and _is_direct(connection):
            connection.prepared_max, record.info[DIRECT] = MOST_PREPARED, True
        elif is_known and given_back is not None and monotonic() - given_back >= IDLE_SECONDS:
            dialect.do_ping(connection)
    except Exception as error:
        if time_left.remaining() == 0:
            raise DatabaseTimeout(TOO_LATE) from error
        raise DisconnectionError("the connection died while it was not used") from error
    record.info[KNOWN] = True


def _is_direct(connection: Any) -> bool:
    """Whether the server itself answers: a proxy gives its clients numbers of its own, to cancel statements by."""
    with connection.cursor() as cursor:
        (process,) = cursor.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    return bool(process == connection.info.backend_pid)


def _begin_postgres(connection: Connection) -> None:
    # A write is planned in no time, and is slower prepared: an acknowledgement with one took half as long again.
    lent, raw = connection.connection, connection.connection.dbapi_connection
    may_prepare = DIRECT in lent.info and bool(connection.get_execution_options().get(READING))
    raw.prepare_threshold = PREPARED_AFTER if may_prepare else None  # type: ignore[union-attr]


def _begin_sqlite(connection: Connection) -> None:
    # A deferred BEGIN that later writes fails as locked or overwrites an update; readers never wait this way.
    options = connection.get_execution_options()
    raw = connection.connection.dbapi_connection
    if options.get(READING):
        _set_busy_timeout(connection, READER_BUSY_SECONDS * 1000)
        raw.execute("BEGIN")  # type: ignore[union-attr]
        return
    _set_busy_timeout(connection, 0)
    try:
        _take_writers_place(raw, bool(options.get(BULK)))
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", (), error) from error


def _set_busy_timeout(connection: Connection, milliseconds: int) -> None:
    # Past SQLAlchemy, as all that every single transaction costs.
    if connection.info.get(BUSY_TIMEOUT) != milliseconds:
        connection.connection.dbapi_connection.execute(f"PRAGMA busy_timeout={milliseconds}")  # type: ignore[union-attr]
        connection.info[BUSY_TIMEOUT] = milliseconds


def _take_writers_place(raw: Any, is_bulk: bool) -> None:
    began = monotonic()
    until = began + _patience_of_sqlite()
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            now = monotonic()
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or now >= until:
                raise
            sleep(BULK_POLL_SECONDS if is_bulk and now - began < BULK_YIELD_SECONDS else POLL_SECONDS)


def _patience_of_sqlite() -> float:
    left = time_left.remaining()
    return BUSY_SECONDS if left is None else min(left, BUSY_SECONDS)


def _require_time() -> None:
    if time_left.remaining() == 0:
        raise DatabaseTimeout(TOO_LATE)


class Database:
    """The engine and its two ways in: `transaction()` to write, `reading()` to look.

    Either raises SQLAlchemyError when the database does not answer within the time of the request that waits for it
    (bot.time_left), or within `patience` seconds where none does (None: as long as it takes, as imports need).
    """

    def __init__(self, url: str, pool_size: int = 20, patience: float | None = None) -> None:
        self.engine = make_engine(url, pool_size, patience)
        self._reader = self.engine.execution_options(**{READING: True})
        self._bulk = self.engine.execution_options(**{BULK: True})
        self._memory = ReadCache(self.engine)
        self._writes = 0
        # Writers of other processes ask again and again; those of this one are woken at once.
        self._writing = RLock() if self.is_sqlite else None
        self._waits = 0

    @property
    def is_sqlite(self) -> bool:
        """Whether one writer at a time is all there is."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, is_bulk: bool = False) -> Iterator[Session]:
        """A writing session: everything inside is one change, or none. Never call the network inside.

        `is_bulk`: many rows that nobody waits for, as an import writes; on SQLite other processes' writers go first.
        """
        _require_time()
        engine = self._bulk if is_bulk else self.engine
        with self._in_turn(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
        self._memory.forget_if_changed()
        self._writes += 1

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        is_held = self._writing is not None and self._writing.acquire(blocking=False)
        if self._writing is not None and not is_held:
            self._waits += 1
            is_held = self._writing.acquire(timeout=_patience_of_sqlite())
        try:
            # Without the lock after all this time: the database decides, as it does between processes.
            yield
        finally:
            if is_held and self._writing is not None:
                self._writing.release()

    @property
    def writes(self) -> int:
        """How often something was written through this object; it moves with every transaction, never back."""
        return self._writes

    @property
    def waits(self) -> int:
        """How often a writer had to wait for another of this process; it moves only on SQLite, and never back."""
        return self._waits

    def recall(self, key: Hashable, now: datetime, read: Callable[[Session], Value]) -> Value:
        """What `read` says of people or channels, at most two seconds old and never older than our own last change."""

        def look() -> Value:
            with self.reading() as session:
                return read(session)

        return self._memory.recall(key, now, look)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks; on SQLite it never waits behind a writer."""
        _require_time()
        with Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    def empty_journal(self) -> None:
        """On SQLite, carry what was written from its journal into the file; nobody who reads or writes waits for it."""
        if not self.is_sqlite:
            return
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
        finally:
            connection.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


TROUBLES: Mapping[str, str] = {
    "database is locked": "Another process, such as an import, is writing to it. Wait a minute, then try again.",
    "disk is full": "The disk of the database is full. Make room, then try again.",
    "readonly database": "This user may not write to it. Allow it to write the file and its folder.",
    "unable to open database file": "The database cannot be opened. Check that its folder is there and may be written.",
    "file is not a database": "The file is no SQLite database. Check DATABASE_URL.",
    "deadlock detected": "Two changes waited for each other, and this one gave way. Try again.",
    "lock timeout": "Another process is writing to it. Wait a minute, then try again.",
    "too many": "The database takes no more connections. Wait a minute, or give it more.",
    "starting up": "The database is starting. Wait a minute, then try again.",
}
"""What a database says when it cannot be used just now, and what to do about it."""


def trouble(error: BaseException) -> str:
    """What to do about an error of the database, as one sentence or two; empty for one that nobody foresaw."""
    said = str(getattr(error, "orig", None) or error).lower()
    return next((words for sign, words in TROUBLES.items() if sign in said), "")


__all__ = ["Amount", "Base", "Database", "Id", "UtcDateTime", "make_engine", "normal_url", "trouble"]
