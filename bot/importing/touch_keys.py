"""By what a touch of a file is known again: its id; else account, moment and kind, whatever else its cells say by now.

A day without a time may have seen several talks, so there the words count too. Where one file has several rows that are
the same by that, the first is known by it, and the others by all they say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot.importing.batches import RowBatch
from bot.importing.touch_rows import TouchRow
from bot.models import Touchpoint

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


def find(session: Session, batch: RowBatch, rows: Sequence[Owned]) -> list[FoundAccount]:
    """Which of the rows are there already: those that say the same first, so that none is taken for another."""
    stored = _stored(session, batch, {key for one in rows for key in (one.base, one.full, one.older)})
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


def _stored(session: Session, batch: RowBatch, keys: set[str]) -> dict[str, Row[Any]]:
    found = session.execute(
        select(*(getattr(Touchpoint, name) for name in _KNOWN)).where(
            Touchpoint.workspace_id == batch.run.workspace_id, Touchpoint.source_key.in_(keys)
        )
    )
    return {row.source_key: row for row in found}


def _hash(*values: object) -> str:
    return blake2b(repr(values).encode(), digest_size=16).hexdigest()
