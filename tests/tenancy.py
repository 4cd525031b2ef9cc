"""Tenancy check: a statement of the bot over rows of a workspace names that workspace, or the test that sent it fails.

A table with a column `workspace_id` is scoped. Each scoped table in a statement must be bound: its `workspace_id`
equals a value, or it is joined to a table that is bound, by `workspace_id` or by a foreign key, since a row refers to
rows of its own workspace only. An INSERT must fill the column in. A statement is analysed once; what tests ask for
themselves is not looked at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import BindParameter, Column, Delete, Engine, Insert, Select, Table, Update, event
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, Grouping, TextClause
from sqlalchemy.sql.functions import coalesce
from sqlalchemy.sql.selectable import Alias, AliasedReturnsRows, CompoundSelect, Join, ScalarSelect, SelectBase

import bot.models
from bot.db import bulk
from bot.db.engine import Base
from bot.db.scope import OfWorkspace

EXEMPT: Mapping[str, str] = {
    "bot/db/bulk.py:fresh_ids": "an id is one row's in the whole table",
    "bot/demo/resuming.py": "the demo's database holds nothing but the demo",
    "bot/migrations/": "a change of tables is for all rows",
    "bot/workspace/leases.py:takeable": "a worker looks for any workspace that nobody drives",
}
"""Files, folders and functions that mean all workspaces, and why. It may only shrink."""

assert bot.models.__all__, "the tables must be known"
SCOPED = frozenset(table.name for table in Base.metadata.tables.values() if "workspace_id" in table.c)
NAMED = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+({'|'.join(sorted(SCOPED))})\b", re.IGNORECASE)
INSERTED = re.compile(r"\s*INSERT INTO (\w+) \(([^)]*)\)")

ROOT = Path(__file__).parent.parent
PRODUCTION = tuple(f"{ROOT}/{room}/" for room in ("bot", "handlers", "scheduler"))
TESTS, GENERIC = f"{ROOT}/tests/", f"{ROOT}/bot/db/"

_faults: dict[str, str] = {}
_found: dict[str, None] = {}
_built: dict[str, Any] = {}


def faults_of(statement: Any, sql: str) -> str:
    """The scoped tables that this statement does not bind, as words; empty when it is fine.

    `statement` is what SQLAlchemy compiled to `sql`, or None for text that was sent as it is.
    """
    if statement is None or isinstance(statement, TextClause):
        return ", ".join(sorted(set(NAMED.findall(sql)))) if "workspace_id" not in sql else ""
    return ", ".join(sorted(set(_unbound(statement, sql))))


def _unbound(statement: Any, sql: str) -> Iterator[str]:
    if isinstance(statement, Insert):
        match = INSERTED.match(sql)
        if statement.table.name in SCOPED and (match is None or "workspace_id" not in match[2].split(", ")):
            yield statement.table.name
        if statement.select is not None:
            yield from _Scope(statement.select).unbound()
    elif isinstance(statement, SelectBase | Update | Delete):
        yield from _Scope(statement).unbound()


class _Scope:
    """The tables of one SELECT, UPDATE or DELETE, what binds them, and the selects within it."""

    def __init__(self, statement: Any, outer: Mapping[int, bool] | None = None) -> None:
        self._outer = outer or {}
        self._names: dict[int, str] = {}
        self._bound: set[int] = set()
        # From one that may be bound to one that is then bound as well.
        self._links: list[tuple[int, int]] = []
        self._within: list[Any] = []
        self._parts: list[Any] = []
        if isinstance(statement, CompoundSelect):
            self._parts = list(statement.selects)
        elif isinstance(statement, Select):
            self._read_select(statement)
        elif isinstance(statement, Update | Delete):
            self._read_change(statement)
        else:
            self._parts = list(_selects_in(statement))
        self._spread()

    def unbound(self) -> Iterator[str]:
        """The scoped tables that nothing binds, here and within."""
        yield from (name for key, name in self._names.items() if name in SCOPED and key not in self._bound)
        for part in self._parts:
            yield from _Scope(part, self._outer).unbound()
        known = {**self._outer, **{key: key in self._bound for key in self._names}}
        for part in self._within:
            yield from _Scope(part, known).unbound()

    def _read_select(self, statement: Any) -> None:
        froms = statement.get_final_froms()
        # Tables of the statement around this one are that one's, unless nothing would be left to select from.
        around = set(map(hash, statement._correlate)) or self._outer.keys()
        own = [one for one in froms if hash(one) not in around] or froms
        for one in own:
            self._add(one)
        self._bound |= {key for key, is_bound in self._outer.items() if is_bound and key not in self._names}
        self._read(statement.whereclause)
        for part in (*statement._raw_columns, *statement._having_criteria, *statement._order_by_clauses):
            if not isinstance(part, Table | Alias):
                self._within += _selects_in(part)

    def _read_change(self, statement: Any) -> None:
        self._add(statement.table)
        for condition in statement._where_criteria:
            for one in condition._from_objects:
                self._add(one)
            self._read(condition)
        for value in (getattr(statement, "_values", None) or {}).values():
            self._within += _selects_in(value)

    def _add(self, one: Any) -> None:
        if isinstance(one, Join):
            self._add(one.left)
            before = set(self._names)
            self._add(one.right)
            # What an outer join asks for leaves no row of its left side out, and of a full one none of either.
            self._read(one.onclause, set() if one.full else set(self._names) - before if one.isouter else None)
        elif isinstance(one, Table):
            self._names[hash(one)] = one.name
        elif isinstance(one, AliasedReturnsRows):
            inner = one.element
            if isinstance(inner, Table):
                self._names[hash(one)] = inner.name
            elif isinstance(inner, SelectBase):
                self._names[hash(one)] = ""
                self._bound.add(hash(one))
                self._within.append(inner)
            elif isinstance(inner, AliasedReturnsRows):
                self._add(inner)

    def _read(self, condition: Any, only: set[int] | None = None) -> None:
        if condition is None:
            return
        if isinstance(condition, Grouping):
            self._read(condition.element, only)
        elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
            for one in condition.clauses:
                self._read(one, only)
        else:
            if isinstance(condition, OfWorkspace):
                self._compare(operators.eq, *condition.clauses, only=only)
            elif isinstance(condition, BinaryExpression):
                self._compare(condition.operator, condition.left, condition.right, only)
            self._within += _selects_in(condition)

    def _compare(self, operator: Any, left: Any, right: Any, only: set[int] | None) -> None:
        one, other = _bare(left), _bare(right)
        if operator in (operators.eq, operators.in_op):
            for column, value in ((one, other), (other, one)):
                if _names_workspace(column) and isinstance(value, BindParameter | ScalarSelect):
                    self._bound |= {hash(column.table)} if only is None else {hash(column.table)} & only
        if operator is operators.eq and _is_column(one) and _is_column(other) and _stay_together(one, other):
            pair = (hash(one.table), hash(other.table))
            self._links += [(by, to) for by, to in (pair, pair[::-1]) if only is None or to in only]

    def _spread(self) -> None:
        more = True
        while more:
            more = False
            for by, to in self._links:
                if by in self._bound and to not in self._bound:
                    self._bound.add(to)
                    more = True


def _selects_in(part: Any) -> Iterator[Any]:
    if isinstance(part, Select | CompoundSelect):
        yield part
    elif hasattr(part, "get_children") and not isinstance(part, Table | Alias):
        for child in part.get_children():
            yield from _selects_in(child)


def _bare(part: Any) -> Any:
    """The first of several columns that name the same thing, what stands between parentheses."""
    while True:
        if isinstance(part, Grouping):
            part = part.element
        elif isinstance(part, coalesce) and len(set(map(_points_at, part.clauses))) == 1:
            part = next(iter(part.clauses))
        else:
            return part


def _is_column(part: Any) -> bool:
    return getattr(part, "table", None) is not None and hasattr(part, "base_columns")


def _names_workspace(column: Any) -> bool:
    return _is_column(column) and _points_at(column) == "workspaces"


def _stay_together(one: Any, other: Any) -> bool:
    """Whether two columns that are equal make their rows the same workspace's."""
    target = _points_at(one)
    return target is not None and target == _points_at(other)


def _points_at(column: Any) -> str | None:
    """The table whose row a column names: what it refers to, or its own when it is the id."""
    for base in getattr(column, "base_columns", ()):
        if isinstance(base, Column):
            for key in base.foreign_keys:
                return key.column.table.name
            if base.primary_key and isinstance(base.table, Table):
                return base.table.name
    return None


def _check(_connection: Any, _cursor: Any, sql: str, _parameters: Any, context: Any, _many: Any) -> None:
    compiled = context.compiled
    text = sql if compiled is None else compiled.string
    words = _faults.get(text)
    if words is None:
        words = _faults[text] = faults_of(statement_of(compiled, sql), text)
    if words:
        place = _sender()
        if place is not None:
            _found[f"{place} binds no workspace for {words}: {' '.join(text.split())}"] = None


def statement_of(compiled: Any, sql: str) -> Any:
    """What a compiled statement was made from, or the text that was sent as it is; None when nobody built it."""
    if compiled is None:
        return _built.get(sql)
    # What the ORM was given has become plain tables and joins in its state.
    return getattr(compiled.compile_state, "statement", compiled.statement)


def _sender() -> str | None:
    """The file and line of ours that sent the statement at hand; None when it was a test, or one that may."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(TESTS):
            return None
        if name.startswith(PRODUCTION):
            path = name.removeprefix(f"{ROOT}/")
            if any(map(f"{path}:{frame.f_code.co_name}".startswith, EXEMPT)):
                return None
            if not name.startswith(GENERIC):
                return f"{path}:{frame.f_lineno}"
        frame = frame.f_back
    return None


def taken() -> list[str]:
    """What was found since it was last asked for, each once, with the place that sent it."""
    found = list(_found)
    _found.clear()
    return found


def pytest_configure() -> None:
    """Listen from now on, also to what is built once and sent as text."""
    event.listen(Engine, "before_cursor_execute", _check)
    prepare = bulk._prepared

    def prepare_and_keep(statement: Any, *more: Any) -> Any:
        prepared = prepare(statement, *more)
        _built.setdefault(prepared.sql, statement)
        return prepared

    bulk._prepared = prepare_and_keep  # type: ignore[assignment]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test in which the bot sent a statement that binds no workspace has failed."""
    yield
    if found := taken():
        pytest.fail("\n".join(found), pytrace=False)
