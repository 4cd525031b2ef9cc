"""Rows out of a delimited text, one at a time. A row that cannot be read comes with the reason; none is dropped."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

LONGEST_CELL = 10_000
LONGEST_LINE = 1_000_000

Record = tuple[int, list[str], str]
"""(number of its first line, its cells, why it cannot be used or "")."""


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


def records(stream: TextIO, delimiter: str) -> Iterator[Record]:
    """All rows of a stream opened with newline="", blank ones too.

    After a quote that is never closed only its own line is given up; the lines it had swallowed are read again.
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
            broken, *swallowed = taken
            lines.take_back(swallowed)
            yield (
                first,
                _as_it_stands(broken, delimiter),
                "The quotes in this row do not fit. Double a quote inside one.",
            )
            continue
        yield first, cells, _too_long(cells) if len(taken) > 1 or len(taken[0]) > LONGEST_CELL else ""


def _too_long(cells: list[str]) -> str:
    if max(map(len, cells), default=0) > LONGEST_CELL:
        return f"A cell is longer than {LONGEST_CELL:,} characters. Shorten it, or close its quote."
    return ""


def _as_it_stands(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)
