"""What features add to the figures that managers get, and of which accounts a figure tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select

from bot.accounts.account_states import in_segment_on
from bot.accounts.figure_facts import FigureLine, FigureWindow, InSegment
from bot.db.work import Work

Among = InSegment | Select[Any] | None
"""A segment as it was on a day; or a statement that gives account ids; None for all accounts."""


def condition(work: Work, account_id: Any, among: Among) -> list[ColumnElement[bool]]:
    """That a column's account is one of them; nothing where all are."""
    if among is None:
        return []
    if isinstance(among, InSegment):
        among = in_segment_on(work, among.name, among.day)
    return [account_id.in_(among)]


FigurePart = Callable[[Work, FigureWindow, Among], Sequence[FigureLine]]
"""What a feature adds to the figures over a window, of all accounts or of some."""

PARTS: list[FigurePart] = []
"""`figures` of every feature, in their order."""
