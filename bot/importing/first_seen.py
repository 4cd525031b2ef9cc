"""Which rows a file has already had. It may have millions, so this memory lies in a scratch file, not in ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from types import TracebackType


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
