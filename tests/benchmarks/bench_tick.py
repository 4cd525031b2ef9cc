"""The tick: its cost against the same rows bare, against the size of the table, with nothing due, and its memory."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median

from slack_sdk import WebClient

from bot import features
from bot.db.engine import Database
from bot.slack.message import Message
from scheduler.worker import Worker
from tests.benchmarks.bare_tick import Bare, Standing, Written
from tests.benchmarks.filling import NOW, fill, make_due
from tests.benchmarks.measuring import Case, compared, limited, profile, seconds
from tests.benchmarks.postgres import postgres

SMALL, LARGE, DUE = 40_000, 1_000_000, 10_000
ROUNDS = 3
IDLE_ROUNDS = 101
MIB = 1024 * 1024

features.install()


class Ticked:
    """A filled database, and the driver that ticks it; each round lets other renewals fall due, one minute later."""

    def __init__(self, db: Database, contracts: int, due: int) -> None:
        self.db, self.contracts, self.due = db, contracts, due
        self.now = NOW
        self._driver = Worker(db, lambda: self.now, _client, _no_message, "bench")
        fill(db, contracts)
        self._driver.hold()

    def tick(self, number: int) -> None:
        """Run all that is due; raises RuntimeError when that is not `number` jobs."""
        self._driver.hold()
        job = self._driver.tick(1)
        if job != number:
            raise RuntimeError(f"{job} jobs, {number} were due")

    def prepare(self) -> None:
        """Let as many as agreed fall due now, which is a minute later than before."""
        self.now += timedelta(minutes=1)
        make_due(self.db, self.contracts, self.due, self.now)

    def round(self) -> tuple[float, float, Written]:
        """Seconds of a tick and of the same rows bare."""
        ours: list[float] = []
        before, written = self.undone(lambda: ours.append(seconds(lambda: self.tick(self.due))), settle=False)
        bare = Bare(self.db)
        theirs = seconds(lambda: bare.replay(written, self.now))
        bare.take_back(before, self.now)
        bare.close()
        self._settle()
        return ours[0], theirs, written

    def undone(self, work: Callable[[], object], settle: bool = True) -> tuple[Standing, Written]:
        """Let jobs fall due, do `work`, and take back what it wrote."""
        self.prepare()
        bare = Bare(self.db)
        before = bare.standing()
        bare.close()
        work()
        bare = Bare(self.db)
        written = bare.take_back(before, self.now)
        bare.close()
        if settle:
            self._settle()
        return before, written

    def peak(self, work: Callable[[], None]) -> float:
        """The most memory that Python held for `work`, in MiB."""
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1] / MIB
        finally:
            tracemalloc.stop()

    def _settle(self) -> None:
        # What was due must not be due in the next round too: it goes back to where it was.
        later = self.now + timedelta(days=30)
        with self.db.transaction() as session:
            session.connection().exec_driver_sql(
                f"UPDATE agenda SET due_at = '{later:%Y-%m-%d %H:%M:%S.%f}' WHERE due_at <= '{_text(self.now)}'"
                " AND handled_at IS NULL"
            )


def bench_tick(is_quick: bool) -> list[Case]:
    """SQLite with 40,000 and 1,000,000 contracts of which as many are due; PostgreSQL with 40,000."""
    large, due = (100_000, 2_000) if is_quick else (LARGE, DUE)
    with tempfile.TemporaryDirectory() as place, _open(f"sqlite:///{place}/small.sqlite3") as few:
        small = Ticked(few, SMALL, due)
        with _open(f"sqlite:///{place}/large.sqlite3") as many:
            cases = _sizes(small, Ticked(many, large, due))
    with postgres() as url, _open(url) as db:
        cases.append(_against_bare(Ticked(db, SMALL, due), "PostgreSQL"))
    return cases


def _sizes(small: Ticked, large: Ticked) -> list[Case]:
    small.round()
    pairs = [(small.round(), large.round()) for _ in range(ROUNDS)]
    few = median(pair[0][0] for pair in pairs)
    many = median(pair[1][0] for pair in pairs)
    bare_few = median(pair[0][1] for pair in pairs)
    bare = median(pair[1][1] for pair in pairs)
    written = pairs[0][1][2]
    idle = [seconds(lambda: large.tick(0)) * 1000 for _ in range(IDLE_ROUNDS)]
    what = f"{large.due:,} of {large.contracts:,} due, {written.rows:,} rows written"
    cases = [
        compared(
            "tick, per due item, SQLite",
            many * 1e6 / large.due,
            bare * 1e6 / large.due,
            5.0,
            "µs",
            "the same rows by sqlite3",
            what,
        ),
        compared(
            "tick, size of the table",
            many,
            few,
            1.2,
            "s",
            f"as many due of {small.contracts:,}",
            f"the same rows bare: {bare:.3g} against {bare_few:.3g} s, {bare / bare_few:.2f} times",
        ),
        limited(f"tick, nothing due of {large.contracts:,}", median(idle), 5.0, "ms p50"),
    ]
    peaks: list[float] = []
    due, large.due = large.due, large.due // 4
    large.undone(lambda: peaks.append(large.peak(lambda: large.tick(large.due))))
    large.due = due
    large.undone(lambda: peaks.append(large.peak(lambda: large.tick(large.due))))
    quarter, whole = peaks
    cases.append(compared("tick, memory", whole, quarter, 1.2, "MiB peak", "a quarter as many due"))
    if not all(case.ok for case in cases):
        large.undone(lambda: profile("tick", lambda: large.tick(large.due)))
    return cases


def _against_bare(ticked: Ticked, engine: str) -> Case:
    taken = [ticked.round() for _ in range(ROUNDS)]
    ours = median(one[0] for one in taken) * 1e6 / ticked.due
    theirs = median(one[1] for one in taken) * 1e6 / ticked.due
    note = f"{ticked.due:,} of {ticked.contracts:,} due"
    return compared(f"tick, per due item, {engine}", ours, theirs, 5.0, "µs", "the same rows by psycopg", note)


@contextmanager
def _open(url: str) -> Iterator[Database]:
    db = Database(url)
    try:
        yield db
    finally:
        db.close()


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _client(_workspace: int) -> WebClient:
    return WebClient(token="xoxb-nobody-is-called")


def _no_message(_kind: str, _facts: object) -> Message:
    raise AssertionError("A tick draws nothing.")
