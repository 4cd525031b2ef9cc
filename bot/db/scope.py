"""One workspace's rows, among rows that are found by something narrower."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute


def within(workspace: InstrumentedAttribute[Any], workspace_id: int) -> ColumnElement[bool]:
    """The condition that a row is this workspace's, which no index is chosen for.

    SQLite keeps no statistics unless it is told to, and takes an index on the workspace for as narrow as one on the
    account: a page of 250 accounts would read every row of the workspace. Not needed once ANALYZE runs there by itself.
    """
    return (workspace + 0) == workspace_id
