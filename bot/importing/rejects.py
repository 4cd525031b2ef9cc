"""The rows that could not be used, in a file of their own: their columns as they were, and why."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO

from bot.errors import Refused
from bot.importing.files import WHY, Table
from bot.importing.rules.columns import header_key
from bot.importing.rules.spreadsheets import safe_row

Reject = tuple[int, list[str], str]
"""(number of its line, its cells, why)."""


class RejectedFile:
    """FILE.rejected.csv, made when the first row is rejected. A byte order mark lets spreadsheets read it as UTF-8.

    What a spreadsheet would run as a formula has an apostrophe in front; importing the file takes it off again. Only
    its owner may read the file: it holds what is known of customers.
    """

    def __init__(self, table: Table, writes: bool) -> None:
        self.path = table.path.with_name(table.path.name + ".rejected.csv")
        self.written = 0
        # Under a name of its own until all rows are in: two imports of one file at once do not write into each other.
        self._draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.{id(self):x}.part")
        self._table = table
        self._writes = writes
        self._stack = ExitStack()
        self._keep = [at for at, header in enumerate(table.headers) if header_key(header) != WHY]
        self._rows: list[Sequence[str]] = []

    def __enter__(self) -> RejectedFile:
        """Raises Refused, before anything is imported, where the file could not be written."""
        if self._writes:
            was_there = self.path.exists()
            try:
                self.path.open("ab").close()
                if not was_there:
                    self.path.unlink(missing_ok=True)
            except OSError as error:
                raise Refused(
                    f"{self.path} is where rejected rows go, and it cannot be written: {error.strerror}. "
                    f"Copy {self._table.path.name} to a folder of your own and import it there, or close that file."
                ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        if self.written:
            self._draft.replace(self.path)
        elif self._writes and kind is None:
            # What an earlier import rejected is of no concern any more: all rows of the file went in.
            self.path.unlink(missing_ok=True)

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write rows; cells beyond the header follow the reason, so that nothing is lost."""
        if not self._writes:
            return
        width = len(self._table.headers)
        for _, cells, why in rejects:
            if not self.written:
                self._open()
            padded = [*cells, *[""] * (width - len(cells))]
            self._out.writerow(safe_row([*(padded[at] for at in self._keep), why, *padded[width:]]))
            self.written += 1

    def _open(self) -> None:
        stream = self._stack.enter_context(_private(self._draft))
        self._out = csv.writer(stream, delimiter=self._table.delimiter)
        self._out.writerow(safe_row([*(self._table.headers[at] for at in self._keep), WHY]))


def _private(path: Path) -> IO[str]:
    path.unlink(missing_ok=True)
    number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    return os.fdopen(number, "w", encoding="utf-8-sig", newline="", errors="replace")
