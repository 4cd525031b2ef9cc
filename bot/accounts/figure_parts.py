"""What features add to the figures that managers get, and of which accounts a figure tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from bot.accounts.account_states import in_segment_on, segment_on
from bot.accounts.figure_facts import LEAST_PEOPLE, FigureLine, FigureWindow, InSegment
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


def is_few_people_in_a_segment(work: Work, among: Among, made: Select[*tuple[Any, ...]]) -> bool:
    """`is_few_together` of the segments on the day asked for; False where no segment is.

    `made` gives the `account_id` and the `by_id` of what was done, at all accounts.
    """
    if not isinstance(among, InSegment):
        return False
    done = made.distinct().subquery()
    people: dict[str, set[int]] = defaultdict(set)
    for segment, by_id in work.session.execute(select(segment_on(work, done.c.account_id, among.day), done.c.by_id)):
        people[segment].add(by_id)
    return is_few_together(people.values())


def is_few_together(people: Iterable[Collection[int]]) -> bool:
    """Whether figures of how people work, told by segment, would tell those of one or two. `people`: of each segment.

    A segment of few people has no figures, but what the others lack to those of everybody is its. So none are told by
    segment unless the segments without figures have people enough together.
    """
    few = [some for some in people if len(some) < LEAST_PEOPLE]
    return 0 < len(set[int]().union(*few)) < LEAST_PEOPLE


FigurePart = Callable[[Work, FigureWindow, Among], Sequence[FigureLine]]
"""What a feature adds to the figures over a window, of all accounts or of some."""

PARTS: list[FigurePart] = []
"""`figures` of every feature, in their order."""
