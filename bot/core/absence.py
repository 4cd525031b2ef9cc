"""Who hears of something while the one it is for is away: stand-ins, then managers, then the account's team.

A person who has left the team, a guest or an outsider is nobody, and is not among the `people` handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.hours import UNKNOWN, Hours


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the team, with their hours. `away_until` is set only while they are away, that day included."""

    id: int
    slack_id: str
    name: str
    away_until: date | None = None
    stand_in_id: int | None = None
    manager_id: int | None = None
    role: str = "rep"
    hours: Hours = UNKNOWN

    @property
    def is_there(self) -> bool:
        """Whether they can be told today."""
        return self.away_until is None


People = Mapping[int, Colleague]


def awake_for(member_id: int | None, people: People) -> Colleague | None:
    """This person, or the first along the stand-ins who is there; None where that ends at nobody, or in a circle."""
    seen: set[int] = set()
    while member_id is not None and member_id not in seen:
        seen.add(member_id)
        one = people.get(member_id)
        if one is None or one.is_there:
            return one
        member_id = one.stand_in_id
    return None


def managers_of(member_id: int | None, people: People) -> Iterator[int]:
    """The manager of this person, that one's manager, and so on; a circle ends it."""
    seen = {member_id}
    one = people.get(member_id) if member_id is not None else None
    while one is not None and one.manager_id is not None and one.manager_id not in seen:
        seen.add(one.manager_id)
        yield one.manager_id
        one = people.get(one.manager_id)


def first_awake(member_id: int | None, team: Iterable[int], people: People) -> Colleague | None:
    """Who hears of an account's business: its owner or their stand-ins, a manager or theirs, one of the team or theirs.

    None when nobody of all these is there.
    """
    for start in (member_id, *managers_of(member_id, people), *team):
        found = awake_for(start, people)
        if found is not None:
            return found
    return None


def may_wait(back: date, deadline: date, rung: int | None, next_rung: tuple[int, date] | None, never_from: int) -> bool:
    """Whether word for somebody who is away may wait for them: it costs one rung at most, and never a near one.

    `back` is their first working day. `rung` (days) is the one reached, None before the first; `next_rung` the one
    ahead with its day. A rung of `never_from` days or less never waits.
    """
    if back >= deadline or (rung is not None and rung <= never_from):
        return False
    return next_rung is None or back <= next_rung[1]
