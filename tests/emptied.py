"""A PostgreSQL database that is emptied between tests instead of made anew: a copy of a template costs ten times that.

Emptied means: no row in any table, every sequence at its start, nobody connected, and the tables the template has. A
test that changed a table gets the next one a new copy.
"""

from __future__ import annotations

import os
from itertools import count

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

TEMPLATE = "perennial_template"
_numbers = count(1)

HANG_UP = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{}'"

SHAPE = """
SELECT coalesce(md5(string_agg(format('%s %s %s %s', c.oid, c.relname, c.relkind, a.attrs), ',' ORDER BY c.oid)), '')
FROM pg_class c
LEFT JOIN LATERAL (
    SELECT string_agg(format('%s %s %s', attname, atttypid, attnotnull), ',' ORDER BY attnum) AS attrs
    FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
) a ON true
WHERE c.relnamespace = 'public'::regnamespace
"""
"""Tables, columns and indexes, by the numbers that PostgreSQL gives them."""

EMPTY = """
DO $$
DECLARE
    name text;
    has_rows boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO has_rows;
        IF has_rows THEN
            EXECUTE 'DELETE FROM ' || name;
        END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


class EmptiedDatabase:
    """One database of a server, for one test after the other."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._name = ""
        self._shape = ""

    def fresh_url(self) -> str:
        """Its address, once it is empty."""
        if self._name:
            run_statement(self._server, HANG_UP.format(self._name))
            engine = _autocommitting(named(self._server, self._name))
            if _shape(engine) == self._shape:
                with engine.connect() as connection:
                    connection.exec_driver_sql(EMPTY.replace("%", "%%"))
                return named(self._server, self._name)
            self.drop()
        self._name = f"test_{os.getpid()}_again_{next(_numbers)}"
        run_statement(self._server, f"CREATE DATABASE {self._name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        self._shape = _shape(_autocommitting(named(self._server, self._name)))
        return named(self._server, self._name)

    def drop(self) -> None:
        """Take it away."""
        if self._name:
            run_statement(self._server, f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            self._name = ""


def named(server: str, name: str) -> str:
    """The address of a database of a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def run_statement(url: str, statement: str) -> None:
    """Run one statement outside of a transaction."""
    with _autocommitting(url).connect() as connection:
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _autocommitting(url: str) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _shape(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(SHAPE.replace("%", "%%")).scalar_one())
