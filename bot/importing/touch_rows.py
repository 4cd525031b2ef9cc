"""One row of an export as a contact with a customer: when it was, with whom, and by what it is known again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from bot.core.calendar import local_date
from bot.core.links import is_web_address
from bot.db.work import Work
from bot.importing import cells, touch_cells
from bot.importing.batches import ImportContext, RowBatch
from bot.importing.cells import RowReader
from bot.importing.csv_rows import Record
from bot.importing.rules.columns import header_key
from bot.importing.rules.ticket_words import is_attempt
from bot.importing.touch_cells import At
from bot.models import Touchpoint
from bot.touchpoints.rules.churn_words import noted
from bot.touchpoints.rules.line import TouchKind, Via
from bot.touchpoints.rules.line import TouchKind as Contact

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


CONTENT = 32
"""How much of a digest stands for what the row says; the rest is who its person is found to be."""

_KNOWN = ("id", "source_key", "account_id", "kind", "words", "mood", "by_id", "closed_at", "row_digest", "edited_at",
          "deleted_at")  # fmt: skip


class Owned(NamedTuple):
    """A row, its account, the member it names if it is known, and the keys it may be known by."""

    row: TouchRow
    account_id: int
    by_id: int | None
    base: str
    full: str
    older: str

    @property
    def digest(self) -> str:
        """What the row says, and who its person is."""
        return f"{self.row.content}{self.by_id or 0:08x}"[-40:]


class FoundAccount(NamedTuple):
    """A row with what is there of it already, if anything is, and the key it has from now on."""

    owned: Owned
    there: Row[Any] | None
    key: str


def owned(noun: str, row: TouchRow, account_id: int, by_id: int | None) -> Owned:
    """The row with its keys. `older` is what a row without an id was known by before: by all it said."""
    said = row.said
    if said.external_id or said.at is None:
        key = f"{noun}:{said.external_id}"
        return Owned(row, account_id, by_id, key, key, key)
    words = () if said.at.has_time else (said.words or said.subject,)
    base = _hash(account_id, said.at.written, said.kind, *words)
    return Owned(
        row, account_id, by_id, f"{noun}~{base}", f"{noun}~{_hash(base, row.content)}", f"{noun}~{row.older(16)}"
    )


def without_duplicates(batch: RowBatch, noun: str, rows: Sequence[Owned]) -> list[Owned]:
    """The rows but those that say again what an earlier line said; these are rejected."""
    earlier = batch.run.seen.earlier([(one.full, one.row.line) for one in rows])
    for one in rows:
        if other := earlier.get(one.row.line):
            batch.reject(one.row.line, one.row.cells, f"Line {other} is the same {noun}. Keep one of them.")
    return [one for one in rows if one.row.line not in earlier]


def find(work: Work, batch: RowBatch, rows: Sequence[Owned]) -> list[FoundAccount]:
    """Which of the rows are there already: those that say the same first, so that none is taken for another."""
    stored = _stored(work, batch, {key for one in rows for key in (one.base, one.full, one.older)})
    unnumbered = [one for one in rows if one.base != one.full]
    second = batch.run.seen.earlier([(f"first {one.base}", one.row.line) for one in unnumbered])
    exact = {one.row.line: there for one in rows if (there := _exact(stored, one)) is not None}
    taken = {there.id for there in exact.values()}
    found = []
    for one in rows:
        there, line = exact.get(one.row.line), one.row.line
        alike = stored.get(one.base)
        if there is None and line not in second and alike is not None and alike.id not in taken:
            there = alike
            taken.add(alike.id)
        is_free = alike is None and line not in second
        found.append(FoundAccount(one, there, there.source_key if there else one.base if is_free else one.full))
    return found


def _exact(stored: Mapping[str, Row[Any]], one: Owned) -> Row[Any] | None:
    there = stored.get(one.full) or stored.get(one.older)
    if there is None and (alike := stored.get(one.base)) is not None and alike.row_digest[:CONTENT] == one.row.content:
        return alike
    return there


def _stored(work: Work, batch: RowBatch, keys: set[str]) -> dict[str, Row[Any]]:
    found = work.session.execute(
        select(*(getattr(Touchpoint, name) for name in _KNOWN)).where(
            Touchpoint.workspace_id == batch.run.workspace_id, Touchpoint.source_key.in_(keys)
        )
    )
    return {row.source_key: row for row in found}


def _hash(*values: object) -> str:
    return blake2b(repr(values).encode(), digest_size=16).hexdigest()


_EMPTY: Mapping[str, Any] = {
    "kind": "",
    "by_id": None,
    "logged_by_id": None,
    "department": "",
    "contact": "",
    "purpose": "",
    "mood": "",
    "words": "",
    "is_note": False,
    "via": Via.IMPORT.value,
    "permalink": "",
    "priority": "",
    "satisfaction": None,
    "escalated": False,
    "closed_at": None,
}
_TICKET: Mapping[str, Any] = {"kind": Contact.TICKET.value, "department": "support", "purpose": "support"}


def new_values(one: Owned, key: str, is_ticket: bool, departments: Mapping[int, str]) -> dict[str, Any]:
    """A new touchpoint; workspace and time of creation are the caller's."""
    values = {**_EMPTY, **(_TICKET if is_ticket else {}), "words": one.row.words, "source_key": key}
    values["closed_at"] = one.row.closed_at
    values |= _said(one, is_ticket, departments)
    return {**values, "churn_word": noted((values["words"],), values["mood"])}


def changed_values(one: Owned, there: Row[Any], is_ticket: bool, departments: Mapping[int, str]) -> dict[str, Any]:
    """What the row changes. A column it does not have, or a blank cell, wipes nothing out."""
    values = _said(one, is_ticket, departments)
    if words := _words(one.row, there.words):
        values["words"] = words
    said = one.row.said
    if said.closed_at is not None or said.status is False or (said.status and there.closed_at is None):
        values["closed_at"] = one.row.closed_at
    values.setdefault("is_note", there.kind == Contact.NOTE)
    said_now, mood = values.get("words", there.words), values.get("mood", there.mood)
    return {**values, "churn_word": noted((said_now,), mood)}


def _said(one: Owned, is_ticket: bool, departments: Mapping[int, str]) -> dict[str, Any]:
    said = one.row.said
    at: datetime = one.row.at
    values: dict[str, Any] = {"account_id": one.account_id, "at": at, "row_digest": one.digest}
    if one.by_id is not None:
        values |= {"by_id": one.by_id, "department": departments.get(one.by_id, "")}
    names: tuple[str, ...] = ("contact", "mood", "permalink", "priority", "satisfaction", "escalated")
    if not is_ticket:
        names += ("purpose", "kind")
    values |= {name: getattr(said, name) for name in names if getattr(said, name) is not None}
    if "permalink" in values and not is_web_address(values["permalink"]):
        del values["permalink"]
    if "kind" in values:
        values["is_note"] = values["kind"] == Contact.NOTE
    return values


def _words(row: TouchRow, before: str) -> str:
    """Subject and text; of the two, the one that a file leaves out stays."""
    subject, text = row.said.subject, row.said.words
    if subject and text:
        return row.words
    if subject:
        first, mark, rest = before.partition("\n")
        return subject + mark + rest if mark and first != before else subject
    return before if text and before.endswith(f"\n{text}") else text or before
