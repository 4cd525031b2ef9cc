"""Rows out of a delimited text, one at a time. A row that cannot be read comes with the reason; none is dropped."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TextIO

LONGEST_CELL = 10_000
LONGEST_LINE = 1_000_000
csv.field_size_limit(LONGEST_LINE)

Record = tuple[int, list[str], str]
"""(number of its first line, its cells, why it cannot be used or "")."""


_QUOTES = "The quotes in this row do not fit. Double a quote inside one."


class Lines:
    """Hands lines to the csv reader, remembers which ones the present row took, and can take them back."""

    def __init__(self, stream: TextIO) -> None:
        self._read = stream.readline
        self._again: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def take_back(self, lines: list[str]) -> None:
        """Read these lines again, before all others."""
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def records(stream: TextIO, delimiter: str, shortened: Counter[int] | None = None) -> Iterator[Record]:
    """All rows of a stream opened with newline="", blank ones too.

    After a quote that is never closed only its own line is given up; the lines it had swallowed are read again. A cell
    that is too long is shortened, and counted under its column in `shortened`.
    """
    lines = Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    taken = lines.taken
    while True:
        first = lines.number + 1
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield first, _given_back(lines, delimiter), _QUOTES
            continue
        if len(taken) > 1 or len(taken[0]) > LONGEST_CELL:
            long = [at for at, cell in enumerate(cells) if len(cell) > LONGEST_CELL]
            if long and _has_swallowed_rows(taken, delimiter):
                yield first, _given_back(lines, delimiter), _QUOTES
                continue
            for at in long:
                cells[at] = cells[at][: LONGEST_CELL - 1] + "…"
            if shortened is not None:
                shortened.update(long)
        yield first, cells, ""


def _given_back(lines: Lines, delimiter: str) -> list[str]:
    """The first line of the present row as it stands; the others will be read again."""
    broken, *swallowed = lines.taken
    lines.take_back(swallowed)
    return _as_it_stands(broken, delimiter)


def _has_swallowed_rows(taken: list[str], delimiter: str) -> bool:
    """Whether the lines inside a long cell look like rows: a quote was forgotten, and a later one closed it."""
    inner = [line.count(delimiter) for line in taken[1:-1] if line.strip()]
    if not inner:
        return False
    marks, often = Counter(inner).most_common(1)[0]
    return marks > 0 and often * 10 >= len(inner) * 8


def _as_it_stands(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)


class Seen:
    """Keys and the line each first stood on, as 64-bit hashes in a database that goes away when it is closed."""

    def __init__(self) -> None:
        # The empty name is SQLite's own temporary file: a small cache in memory, the rest on disk.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("CREATE TABLE seen (key INTEGER PRIMARY KEY, line INTEGER NOT NULL)")

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def earlier(self, keys: Sequence[tuple[str, int]]) -> dict[int, int]:
        """For (key, line) pairs, remembered from now on: the lines whose key stood on an earlier line → that line."""
        hashed = [(hash(key), line) for key, line in keys]
        self._db.execute("BEGIN")
        added = self._db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", hashed).rowcount
        self._db.execute("COMMIT")
        if added == len(hashed):
            return {}
        first = {line: self._line_of(key) for key, line in hashed}
        return {line: other for line, other in first.items() if other != line}

    def _line_of(self, key: int) -> int:
        return int(self._db.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()[0])
