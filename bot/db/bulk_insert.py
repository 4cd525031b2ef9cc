"""Many rows into one table, past the row-by-row work of SQLAlchemy's executemany: measured three times as fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for

_REMEMBERED = 2048


class BulkUpsert:
    """INSERT … ON CONFLICT DO UPDATE of all given columns but the keys, for rows given as tuples in column order."""

    def __init__(
        self, session: Session, table: Table, columns: Sequence[str], keys: Sequence[str], once: Sequence[str] = ()
    ) -> None:
        """`once`: columns that a conflict leaves as they are."""
        dialect = session.get_bind().dialect
        insert = insert_for(session, table)
        insert = insert.on_conflict_do_update(
            index_elements=list(keys),
            set_={name: insert.excluded[name] for name in columns if name not in keys and name not in once},
        )
        compiled = insert.compile(dialect=dialect, column_keys=list(columns))
        self._sql = str(compiled)
        self._order = compiled.positiontup
        self._columns = tuple(columns)
        self._convert = [
            _converter(table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in columns
        ]

    def write(self, session: Session, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write the rows in the session's transaction."""
        if not rows:
            return
        columns = [
            values if convert is None else list(map(convert, values))
            for convert, values in zip(self._convert, zip(*rows, strict=True), strict=True)
        ]
        parameters: list[Any]
        if self._order is None:
            parameters = [dict(zip(self._columns, row, strict=True)) for row in zip(*columns, strict=True)]
        else:
            at = [self._columns.index(name) for name in self._order]
            parameters = list(zip(*(columns[place] for place in at), strict=True))
        session.connection().exec_driver_sql(self._sql, parameters)


def _converter(process: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    return None if process is None else lru_cache(_REMEMBERED)(process)
