"""One row of an export as a contact with a customer: when it was, with whom, and by what it is known again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from bot.rules.calendar import local_date
from bot.services.importing import cells, touch_cells
from bot.services.importing.batches import Run
from bot.services.importing.cells import RowReader
from bot.services.importing.records import Record

WORDS_LENGTH = 10_000

At = tuple[datetime, bool]


class TouchCells(NamedTuple):
    """A row's cells as values, None where it says nothing. Activities have the first ones, tickets the last."""

    external_id: str | None
    account_external_id: str | None
    account_name: str | None
    at: At | None
    by: str | None
    contact: str | None
    subject: str | None
    words: str | None
    permalink: str | None
    kind: str | None
    purpose: str | None
    mood: str | None
    closed_at: At | None
    priority: str | None
    satisfaction: int | None
    escalated: bool | None
    status: bool | None


READERS: dict[str, cells.Reader] = {
    "external_id": cells.identity(140),
    "account_external_id": cells.identity(100),
    "account_name": cells.words(255),
    "at": cells.blank,
    "by": cells.words(320),
    "contact": cells.words(200),
    "subject": cells.identity(1000),
    "words": cells.identity(WORDS_LENGTH),
    "permalink": cells.identity(2000),
    "kind": cells.remembered(touch_cells.kind),
    "purpose": cells.remembered(touch_cells.purpose),
    "mood": cells.remembered(touch_cells.mood),
    "closed_at": cells.blank,
    "priority": cells.remembered(touch_cells.priority),
    "satisfaction": cells.remembered(touch_cells.satisfaction),
    "escalated": cells.flag,
    "status": cells.remembered(touch_cells.is_closed),
}


@dataclass(frozen=True, slots=True)
class TouchRow:
    """A row that can be used. `key` is what it is known by, `digest` stands for all it says."""

    line: int
    cells: list[str]
    said: TouchCells
    at: datetime
    closed_at: datetime | None
    words: str
    key: str
    digest: str


class TouchReader:
    """Reads the rows of one file; `noun` (activity, ticket) says what they are, `zone` where its days are."""

    def __init__(self, run: Run, noun: str, zone: str) -> None:
        readers = READERS | {name: touch_cells.moment(order, zone) for name, order in run.orders.items()}
        self._run = run
        self._noun = noun
        self._zone = zone
        self._reader = RowReader(readers, run.table.columns, run.table.headers)

    def read(self, record: Record) -> TouchRow:
        """The row; ValueError says why it cannot be used."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = TouchCells._make(self._reader.read(raw))
        if said.at is None:
            raise ValueError("The row has no date. Give it one.")
        at = self._past(said.at)
        closed = self._past(said.closed_at) if said.closed_at else None
        if closed is None and said.status:
            closed = at
        words = "\n".join(part for part in (said.subject, said.words) if part)
        digest = blake2b(repr(said).encode(), digest_size=20).hexdigest()
        return TouchRow(line, raw, said, at, closed, words, self._key(said), digest)

    def _past(self, at: At) -> datetime:
        moment, has_time = at
        return touch_cells.capped(moment, has_time, self._run.today, local_date(moment, self._zone), self._run.now)

    def _key(self, said: TouchCells) -> str:
        # A row without an id is known by what it says, so that the same file twice makes the same touchpoints.
        if said.external_id:
            return f"{self._noun}:{said.external_id}"
        return f"{self._noun}~{blake2b(repr(said).encode(), digest_size=16).hexdigest()}"
