"""The rows that could not be used, in a file of their own: their columns as they were, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from types import TracebackType

from bot.rules.columns import header_key
from bot.services.importing.files import WHY, Table

Reject = tuple[int, list[str], str]
"""(number of its line, its cells, why)."""


class RejectedFile:
    """FILE.rejected.csv, made when the first row is rejected. A byte order mark lets spreadsheets read it as UTF-8."""

    def __init__(self, table: Table, writes: bool) -> None:
        self.path = table.path.with_name(table.path.name + ".rejected.csv")
        self.written = 0
        self._table = table
        self._writes = writes
        self._stack = ExitStack()
        self._keep = [at for at, header in enumerate(table.headers) if header_key(header) != WHY]
        self._rows: list[Sequence[str]] = []

    def __enter__(self) -> RejectedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write rows; cells beyond the header follow the reason, so that nothing is lost."""
        if not self._writes:
            return
        width = len(self._table.headers)
        for _, cells, why in rejects:
            if not self.written:
                self._open()
            padded = [*cells, *[""] * (width - len(cells))]
            self._out.writerow([*(padded[at] for at in self._keep), why, *padded[width:]])
            self.written += 1

    def _open(self) -> None:
        stream = self._stack.enter_context(self.path.open("w", encoding="utf-8-sig", newline="", errors="replace"))
        self._out = csv.writer(stream, delimiter=self._table.delimiter)
        self._out.writerow([*(self._table.headers[at] for at in self._keep), WHY])
