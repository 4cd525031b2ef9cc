"""One workspace's rows, among rows that are found by something narrower."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, JSON, BigInteger, ColumnElement, Dialect, any_, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.db.work import Work


def within(workspace: InstrumentedAttribute[Any] | ColumnElement[Any], workspace_id: Any) -> ColumnElement[bool]:
    """The condition that a row is this workspace's, which no index is chosen for on SQLite.

    SQLite keeps no statistics unless it is told to, and takes an index on the workspace for as narrow as one on the
    account: a page of 250 accounts would read every row of the workspace. Not needed once ANALYZE runs there by itself,
    nor beside `id = ?`, than which nothing is narrower. PostgreSQL has statistics, and is told the plain truth: of an
    expression it knows none, and takes one row in two hundred for the workspace's.
    """
    plain: Any = workspace == workspace_id
    return OfWorkspace(plain.left, plain.right)


class OfWorkspace(FunctionElement[bool]):
    """What `within` gives: its two clauses are the column and the workspace."""

    # Of no type: beside a Boolean SQLite is told `= 1`.
    inherit_cache = True


@compiles(OfWorkspace)
def _equal(element: OfWorkspace, compiler: Any, **how: Any) -> Any:
    workspace, workspace_id = element.clauses
    return compiler.process(workspace == workspace_id, **how)


@compiles(OfWorkspace, "sqlite")
def _without_index(element: OfWorkspace, compiler: Any, **how: Any) -> Any:
    workspace, workspace_id = element.clauses
    return compiler.process((workspace + 0) == workspace_id, **how)


def is_row(of: Any, workspace_id: Any, row_id: Any) -> ColumnElement[bool]:
    """The condition that a row is this one of this workspace. `of`: a model, or the columns of a table."""
    condition: ColumnElement[bool] = (of.id == row_id) & (of.workspace_id == workspace_id)
    return condition


def one_of(session: Session, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """The condition that a column, of ids or of words, is one of many values, which go as one parameter.

    A parameter for each costs more than finding the rows: each is written into the statement, and read out of it.
    """
    if session.get_bind().dialect.name == "sqlite":
        given = func.json_each(bindparam(None, list(values), JSON)).table_valued("value")
        return column.in_(select(given.c.value))
    return column == any_(bindparam(None, list(values), ARRAY(column.type)))


class _Ids(TypeDecorator[list[int]]):
    """Ids as one parameter: JSON on SQLite, an array on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the database takes them as."""
        kind: TypeEngine[Any] = JSON() if dialect.name == "sqlite" else ARRAY(BigInteger())
        return dialect.type_descriptor(kind)


class _Among(FunctionElement[bool]):
    # Of no type: beside a Boolean SQLite is told `= 1`, and then looks for no index.
    inherit_cache = True


@compiles(_Among)
def _in_array(element: _Among, compiler: Any, **how: Any) -> Any:
    column, ids = element.clauses
    return compiler.process(column == any_(ids), **how)


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: Any, **how: Any) -> Any:
    column, ids = element.clauses
    return compiler.process(column.in_(select(func.json_each(ids).table_valued("value").c.value)), **how)


def among(column: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The same for a statement that is built once, before the database is known: its parameter `ids` are the ids."""
    return _Among(column, bindparam("ids", type_=_Ids()))


def lock(work: Work, model: type[Any], ids: Collection[int]) -> None:
    """Let nobody else change these rows of the workspace until this transaction ends; read them only afterwards.

    A statement that locks and joins at once is no substitute: PostgreSQL, when it had to wait, reads the locked table
    anew and keeps what it had joined before. On SQLite a writing transaction is the only one anyway.
    """
    if work.session.get_bind().dialect.name == "sqlite":
        return
    table = model.__table__.c
    # In one order, so that two who lock the same rows never wait for each other.
    rows = select(table.id).where(table.workspace_id == work.workspace_id, table.id.in_(sorted(set(ids))))
    work.session.execute(rows.order_by(table.id).with_for_update()).all()
