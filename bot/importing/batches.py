"""A whole import: a look at the dates, then the rows in batches, each one transaction; memory holds one batch."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeVar

from sqlalchemy import func, select

from bot.core.calendar import local_date
from bot.db.engine import Database
from bot.db.work import Work
from bot.importing.csv_rows import Record, Seen
from bot.importing.directory import Directory
from bot.importing.existing_accounts import KnownAccounts, Padded
from bot.importing.files import Notes, Progress, Table, open_table, require
from bot.importing.looks import Columns, Look, first_look
from bot.importing.rejects import Reject, RejectedFile
from bot.importing.rules.columns import Fields
from bot.importing.rules.dates import DateOrder
from bot.importing.summary import ImportOptions, PlanAccounts, Summary, Tally
from bot.models import Workspace

BATCH = 1000
"""The most rows of one transaction."""

LEAST_BATCH = 100
"""Rows of the first one on SQLite, and the fewest."""

HOLD_SECONDS = 0.05
"""How long a batch should keep the writer's place of SQLite while others ask for it too: they wait so long. The next
batch is as many rows as that takes."""

WAITED_SECONDS = 0.01
"""An import that got the place later than this was not alone."""

NO_WORKSPACE = 0
"""The workspace of a dry run in a database that has none yet."""

Row = TypeVar("Row")

_IMPORTING = 7310
_VALUES = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d,]*")


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What stays the same during one import. `currency` goes for bare amounts.

    `today` and `country` are the workspace's, for accounts that have no owner and no country of their own.
    """

    workspace_id: int
    table: Table
    look: Look
    options: ImportOptions
    directory: Directory
    seen: Seen
    currency: str
    today: date
    country: str
    now: datetime
    plan: PlanAccounts
    padded: Padded = field(default_factory=dict)

    @property
    def orders(self) -> dict[str, DateOrder]:
        """Field → the order of its dates."""
        return self.look.orders


@dataclass(slots=True)
class RowBatch:
    """Some rows on their way in, what is counted of them, and which were rejected."""

    run: ImportContext
    records: Sequence[Record]
    tally: Tally
    rejects: list[Reject] = field(default_factory=list)

    def reject(self, line: int, cells: list[str], why: str) -> None:
        """Put a row aside, with the reason."""
        self.rejects.append((line, cells, f"Line {line}: {why}"))

    def read_by(self, read: Callable[[Record], Row]) -> list[Row]:
        """Every row as `read` understands it; those for which it raises ValueError are rejected."""
        rows = []
        for record in self.records:
            try:
                rows.append(read(record))
            except ValueError as error:
                self.reject(record[0], record[1], str(error))
        return rows

    def told_of(self, known: KnownAccounts) -> None:
        """Count what was found out about ids and names, so that it is said."""
        tally = self.tally
        for changed, stored in known.changed.items():
            tally.name(tally.changed_ids, f"{changed} is {stored}")
        for words in known.renamed.values():
            tally.name(tally.renamed, words)
        for name in known.second:
            tally.name(tally.same_names, name)

    def plan(self, work: Work, account_ids: Sequence[int]) -> None:
        """Plan the renewals of these accounts, in the batch's own transaction."""
        if account_ids:
            self.tally.add(self.run.plan(work, account_ids))


Read = TypeVar("Read")


class Rows(Protocol[Read]):
    """Saves batches of one kind of row, in two steps, so that nobody else who writes waits while cells are read."""

    def read(self, batch: RowBatch) -> Read:
        """What the rows of a batch say by themselves; rejects those that cannot be read."""

    def save(self, work: Work, batch: RowBatch, rows: Read) -> None:
        """Hold what was read against what is there, and write it in the caller's transaction."""


class WholeFile(ABC):
    """Rows of a kind that is written when the whole file has been read: what they say adds up.

    It holds what it has read until it is closed.
    """

    @abstractmethod
    def read(self, batch: RowBatch) -> Any:
        """As `Rows` do."""

    @abstractmethod
    def save(self, work: Work, batch: RowBatch, rows: Any) -> None:
        """Hold what was read against what is there, and add it up."""

    @abstractmethod
    def finish(self, work: Work, tally: Tally) -> bool:
        """Write a piece of what came of the file, in the caller's transaction; whether there is more to write."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what was read."""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What can be imported. Of each group in `needed` one column must be there; `unused` fields are read by nobody."""

    fields: Fields
    needed: Sequence[Sequence[str]]
    looks: Columns
    unused: Sequence[str]
    rows: Callable[[ImportContext, Work], Rows[Any] | WholeFile]


def import_file(
    db: Database,
    workspace_id: int,
    kind: ImportKind,
    path: Path,
    options: ImportOptions,
    now: datetime,
    plan: PlanAccounts,
    progress: Progress | None = None,
) -> Summary:
    """Import a file; importing it again changes nothing.

    Raises Refused, before anything is written, when the file as a whole cannot be read. What was imported before a
    stop in the middle stays; importing the file again goes on from there.
    """
    table = require(open_table(path, kind.fields, options.mapping, options.encoding), kind.needed)
    look = first_look(table, kind.looks, options, progress)
    notes = Notes()
    tally = Tally()
    way_in = Work.reading if options.dry_run else partial(Work.writing, is_bulk=True)
    with Seen() as seen, RejectedFile(table, writes=not options.dry_run) as rejected, ExitStack() as held:
        with Work.reading(db, workspace_id, now) as work:
            run = _run(work, table, look, options, seen, plan)
            rows = kind.rows(run, work)
        if isinstance(rows, WholeFile):
            held.enter_context(closing(rows))
        records = table.rows(progress, notes)
        size = min(LEAST_BATCH, BATCH) if db.is_sqlite else BATCH
        while some := list(islice(records, size)):
            batch = RowBatch(run, some, tally)
            read = rows.read(batch)
            asked = monotonic()
            with way_in(db, workspace_id, now) as work:
                _take_turns(work)
                began = monotonic()
                rows.save(work, batch, read)
            if db.is_sqlite and len(some) == size:
                size = _next_size(size, began - asked, monotonic() - began)
            tally.rejected += len(batch.rejects)
            rejected.add(sorted(batch.rejects, key=lambda reject: reject[0]))
            for _, _, why in batch.rejects:
                reason = _VALUES.sub("…", why.partition(": ")[2])
                tally.name(tally.reasons, reason)
                if reason in tally.reasons:
                    tally.examples.setdefault(reason, why)
        goes_on = isinstance(rows, WholeFile)
        while isinstance(rows, WholeFile) and goes_on:
            with way_in(db, workspace_id, now) as work:
                _take_turns(work)
                goes_on = rows.finish(work, tally)
        rejected_file = rejected.path if rejected.written else None
    unused = tuple(table.headers[table.columns[name]] for name in kind.unused if name in table.columns)
    return Summary(
        options.dry_run,
        tally,
        table.unknown,
        unused,
        table.matched.duplicates,
        look.orders,
        rejected_file,
        table.reading,
        (*_told_of_headers(table), *look.words),
        (notes.left_out.count, tuple(notes.left_out.examples)),
        {table.headers[at] if at < len(table.headers) else f"column {at + 1}": n for at, n in notes.shortened.items()},
        table.matched.ignored,
    )


def _next_size(size: int, waited: float, held: float) -> int:
    """How many rows come next, when `size` rows kept the writer's place for `held` seconds after `waited` seconds."""
    is_alone = waited <= WAITED_SECONDS
    wanted = size * 2 if is_alone or held * 2 <= HOLD_SECONDS else int(size * HOLD_SECONDS / held)
    return min(max(wanted, LEAST_BATCH), BATCH)


def _take_turns(work: Work) -> None:
    """Let one import at a time look at what is there and write: two at once would both make what both did not find.

    SQLite has one writer anyway. On PostgreSQL the lock is the transaction's, and nobody but imports asks for it.
    """
    if work.session.connection().dialect.name == "postgresql":
        work.session.execute(select(func.pg_advisory_xact_lock(_IMPORTING, work.workspace_id)))


def _told_of_headers(table: Table) -> Iterator[tuple[str, str]]:
    """What the headers say that a person should see: by which of two ids accounts are known, in what amounts count."""
    if "number" in table.columns and "external_id" in table.columns:
        by, other = (table.headers[table.columns[name]].strip() for name in ("external_id", "number"))
        yield "accounts known by", f'{by}; {other} is there too (--map "{other}=external_id" takes that one)'
    for name, unit in table.matched.units.items():
        if unit.scale != 1:
            yield "amounts counted in", f"{table.headers[table.columns[name]].strip()}: {unit.words}"


def _run(
    work: Work,
    table: Table,
    look: Look,
    options: ImportOptions,
    seen: Seen,
    plan: PlanAccounts,
) -> ImportContext:
    workspace = work.session.execute(
        select(Workspace.timezone, Workspace.currency, Workspace.country).where(Workspace.id == work.workspace_id)
    ).one_or_none()
    zone, currency, country = workspace if workspace is not None else ("UTC", "USD", "")
    return ImportContext(
        workspace_id=work.workspace_id,
        table=table,
        look=look,
        options=options,
        directory=Directory(work),
        seen=seen,
        currency=options.currency or currency,
        today=local_date(work.now, zone),
        country=country,
        now=work.now,
        plan=plan,
    )
