"""What SQLite's planner is told of our tables before they are full.

Without figures it takes `workspace_id = ?` for a condition that leaves ten rows, and walks all contracts of a workspace
to find those of a thousand renewals. A file mostly holds one workspace: that column leaves everything. PostgreSQL
counts by itself; here a later ANALYZE would take the place of these figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

ROWS = 1_000_000
IN_PARTIAL = 100_000
"""Rows in an index that covers a part of its table, such as what is still waiting."""

FEW = 10
"""Rows of one account, one renewal, one subject."""

OF_ONE_THING = frozenset({"id", "subject", "key", "thread_of", "name_key", "ts"})


def tell_planner(connection: Connection) -> None:
    """Give figures for every index that has none yet, in the caller's transaction; seen by connections opened later."""
    # The table of figures comes into being with the first ANALYZE.
    connection.exec_driver_sql("ANALYZE alembic_version")
    known = {row[0] for row in connection.exec_driver_sql("SELECT idx FROM sqlite_stat1")}
    tables = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    for (table,) in tables.all():
        for _, index, is_unique, _, is_partial in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
            if index in known:
                continue
            columns = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({index})")]
            figures = figures_of(columns, bool(is_unique), bool(is_partial))
            connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, index, figures))


def figures_of(columns: Sequence[str], is_unique: bool, is_partial: bool) -> str:
    """The rows in an index, then those that remain when its first column is known, its first two, and so on.

    The format is that of https://www.sqlite.org/fileformat2.html#stat1tab.
    """
    left = IN_PARTIAL if is_partial else ROWS
    figures = [left]
    for column in columns:
        if (column.endswith("_id") and column != "workspace_id") or column in OF_ONE_THING:
            left = min(left, FEW)
        elif column != "workspace_id":
            left = max(left // 100, FEW)
        figures.append(left)
    if is_unique:
        figures[-1] = 1
    return " ".join(map(str, figures))
