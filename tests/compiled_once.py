"""One cache of compiled SQL for all engines of a test run.

Each test has a database of its own, and so an engine of its own, which would compile every statement anew: a third of
what a test takes. SQLAlchemy keeps what it compiled by the engine's dialect object; here dialects of one class are one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

_compiled: dict[type, Any] = {}


def share_compiled_statements() -> None:
    """Let every engine made from now on use what another of its kind has compiled."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = lambda one, other: type(one) is type(other)
        dialect.__hash__ = lambda one: hash(type(one))
    build = Engine.__init__

    def build_with_shared(self: Engine, *args: Any, **more: Any) -> None:
        build(self, *args, **more)
        if self._compiled_cache is not None:
            self._compiled_cache = _compiled.setdefault(type(self.dialect), LRUCache(5000))

    Engine.__init__ = build_with_shared
