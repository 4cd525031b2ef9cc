"""One row of an export as a contact with a customer: when it was, with whom, and by what it is known again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from bot.core.calendar import local_date
from bot.importing import cells, touch_cells
from bot.importing.batches import ImportContext
from bot.importing.cells import RowReader
from bot.importing.csv_rows import Record
from bot.importing.rules.columns import header_key
from bot.importing.rules.ticket_words import is_attempt
from bot.importing.touch_cells import At
from bot.touchpoints.rules.line import TouchKind

WORDS_LENGTH = 10_000


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
    satisfaction: int | str | None
    escalated: bool | None
    status: bool | str | None
    result: str | None
    deleted: bool | None
    archived: bool | None
    spam: bool | None


_SAID = 17
"""How many of the cells say something about the contact itself; the others, whether it was one."""

READERS: dict[str, cells.Reader] = {
    "external_id": cells.record_id(140),
    "account_external_id": cells.account_id(100),
    "account_name": cells.company(255),
    "at": cells.blank,
    "by": cells.words(320),
    "contact": cells.words(200),
    "subject": cells.body(1000),
    "words": cells.body(WORDS_LENGTH),
    "permalink": cells.identity(2000),
    "kind": cells.remembered(touch_cells.kind),
    "purpose": cells.remembered(touch_cells.purpose),
    "mood": cells.remembered(touch_cells.mood),
    "closed_at": cells.blank,
    "priority": cells.remembered(touch_cells.priority),
    "satisfaction": touch_cells.rating(5),
    "escalated": cells.flag,
    "status": touch_cells.status({}),
    "result": cells.words(100),
    "deleted": cells.removed,
    "archived": cells.removed,
    "spam": cells.removed,
}


@dataclass(frozen=True, slots=True)
class TouchRow:
    """A row that can be used. `content` stands for all it says, as it is written: 32 characters."""

    line: int
    cells: list[str]
    said: TouchCells
    at: datetime
    closed_at: datetime | None
    words: str
    content: str
    is_attempt: bool = False
    is_deleted: bool = False
    unknown_status: str = ""
    odd_rating: str = ""

    def older(self, size: int) -> str:
        """What stood for all a row says before, when its moments were hashed in UTC."""
        said = self.said
        at, closed = (None if at is None else tuple(at[:2]) for at in (said.at, said.closed_at))
        before = TouchCells(*said[:3], at, *said[4:12], closed, *said[13:_SAID], *[None] * 4)  # type: ignore[arg-type]
        return blake2b(_older_repr(before).encode(), digest_size=size).hexdigest()


class TouchReader:
    """Reads the rows of one file; `noun` (activity, ticket) says what they are, `zone` where its days are."""

    def __init__(self, run: ImportContext, noun: str, zone: str) -> None:
        readers = READERS | {name: touch_cells.moment(order, zone) for name, order in run.orders.items()}
        if noun == "activity":
            readers["status"] = cells.words(200)
        else:
            look, closed = run.look, dict(run.look.helpdesk.closed) if run.look.helpdesk else {}
            readers["status"] = touch_cells.status(closed | {word.casefold(): True for word in run.options.closed})
            readers["satisfaction"] = touch_cells.rating(look.scale)
            readers["priority"] = touch_cells.priority_in(look.priorities)
        self._run = run
        self._noun = noun
        words = run.table.columns.get("words")
        self._words_are_result = words is not None and header_key(run.table.headers[words]) == "outcome"
        self._zone = zone
        self._reader = RowReader(readers, run.table.columns, run.table.headers)

    def read(self, record: Record) -> TouchRow | None:
        """The row, None for one that is only planned or was called off; ValueError says why it cannot be used."""
        line, raw, why = record
        if why:
            raise ValueError(why)
        said = TouchCells._make(self._reader.read(raw))
        missed, unknown, odd = False, "", ""
        status, rating = said.status, said.satisfaction
        if self._noun == "activity":
            results = (said.status, said.result, said.words if self._words_are_result else None)
            if any(isinstance(word, str) and touch_cells.is_undone(word) for word in results):
                return None
            missed = _reached_nobody(said, results)
            said = said._replace(status=None)
        elif isinstance(status, str):
            said, unknown = said._replace(status=False), status
        if isinstance(rating, str):
            said, odd = said._replace(satisfaction=None), rating
        if isinstance(said.account_external_id, cells.Several) or isinstance(said.account_name, cells.Several):
            external_id, name = cells.one_account(said.account_external_id, said.account_name)
            said = said._replace(account_external_id=external_id, account_name=name)
        if said.at is None:
            raise ValueError("The row has no date. Give it one.")
        at = self._past(said.at)
        closed = self._past(said.closed_at) if said.closed_at else None
        if closed is None and said.status:
            closed = at
        words = "\n".join(part for part in (said.subject, said.words) if part)
        is_deleted = bool(said.deleted or said.archived or said.spam)
        return TouchRow(line, raw, said, at, closed, words, _content(said), missed, is_deleted, unknown, odd)

    def _past(self, at: At) -> datetime:
        moment = at.moment
        return touch_cells.capped(moment, at.has_time, self._run.today, local_date(moment, self._zone), self._run.now)


def _content(said: TouchCells) -> str:
    # Without the moments themselves: they are other ones when the workspace's zone has changed since.
    at, closed = (None if at is None else at.written for at in (said.at, said.closed_at))
    return blake2b(repr((at, closed, *said[:3], *said[4:12], *said[13:_SAID])).encode(), digest_size=16).hexdigest()


def _older_repr(said: TouchCells) -> str:
    """As the cells were written out when there were no others than these."""
    pairs = zip(TouchCells._fields[:_SAID], said[:_SAID], strict=True)
    return f"TouchCells({', '.join(f'{name}={value!r}' for name, value in pairs)})"


def _reached_nobody(said: TouchCells, results: Iterable[object]) -> bool:
    """Whether a call or mail was an attempt: its status or result says so, or the only words there are about it."""
    if any(isinstance(word, str) and is_attempt(word) for word in results):
        return True
    if said.kind not in (None, "", TouchKind.CALL.value, TouchKind.EMAIL.value) or said.result:
        return False
    lines = [text for text in (said.subject, said.words) if text]
    return bool(lines) and all(map(is_attempt, lines))
