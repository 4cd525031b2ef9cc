"""What speaks for growth, and which products an account has, may get, and has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot.health.rules.score_history import Point
from bot.opportunities.stages import GrowthKind

OWNED, PIPELINE, REFUSED, GAP = "owned", "pipeline", "not_eligible", "gap"
STATES = (OWNED, PIPELINE, REFUSED, GAP)

PEERS_LEAST = 4
"""Other accounts of a segment from which on their share says something."""


class Seats(NamedTuple):
    """The seats of one contract: now, and before the last change, with that day. `until`: it ended on that day."""

    seats: int | None
    before: int | None = None
    changed_on: date | None = None
    began_on: date | None = None
    until: date | None = None

    def at(self, day: date) -> int | None:
        """How many on a day, as far as is known: of several changes since, the last alone."""
        if (self.began_on is not None and self.began_on > day) or (self.until is not None and self.until <= day):
            return 0
        return self.before if self.changed_on is not None and self.changed_on > day else self.seats


def seats_grown(contracts: Iterable[Seats], since: date, today: date) -> tuple[int, int] | None:
    """(then, now) when the seats of these contracts together grew since a day; None otherwise.

    Seats that come from none are a first purchase, not growth; and where one contract says nothing, nothing is said.
    """
    then, now = 0, 0
    for one in contracts:
        earlier, later = one.at(since), one.at(today)
        if earlier is None or later is None:
            return None
        then, now = then + earlier, now + later
    return (then, now) if now > then > 0 else None


def has_been_well(points: Sequence[Point], least: int, days: int, today: date) -> bool:
    """Whether the score has been at least this for so many days. `points` are oldest first, without gaps between them.

    What is not known is not well, and a history that begins later is too short to say.
    """
    begins = today.toordinal() - days
    if not points or points[0].day.toordinal() > begins:
        return False
    standing = [one for place, one in enumerate(points) if _lasts(points, place) > begins]
    return all(one.score is not None and one.score >= least for one in standing)


def _lasts(points: Sequence[Point], place: int) -> int:
    """The first day on which this point no longer stands."""
    return points[place + 1].day.toordinal() if place + 1 < len(points) else date.max.toordinal()


def whitespace(
    products: Collection[int], owned: Collection[int], pipeline: Collection[int], refused: Collection[int]
) -> dict[int, str]:
    """How an account stands to each product: what it has counts first, then what is open, then what it cannot have."""

    def state(number: int) -> str:
        if number in owned:
            return OWNED
        if number in pipeline:
            return PIPELINE
        return REFUSED if number in refused else GAP

    return {number: state(number) for number in products}


def counted(accounts: Iterable[Mapping[int, str]], products: Sequence[int]) -> dict[int, Counter[str]]:
    """Product → how many of these accounts stand to it in which way."""
    found: dict[int, Counter[str]] = {number: Counter() for number in products}
    for states in accounts:
        for number, state in states.items():
            found[number][state] += 1
    return found


class PeerShare(NamedTuple):
    """Of `peers` other accounts of the segment, `have` own the product."""

    have: int
    peers: int

    def speaks(self, percent: int) -> bool:
        """Whether that is a share worth telling, among enough accounts."""
        return self.peers >= PEERS_LEAST and self.have * 100 >= percent * self.peers


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal that may be made: `strength` sorts those of one kind, the strongest first."""

    account_id: int
    product_id: int
    kind: GrowthKind
    strength: float = 0.0

    @property
    def order(self) -> tuple[int, float, int, int]:
        """More of what they have comes before what they have not."""
        return int(self.kind is not GrowthKind.UPSELL), -self.strength, self.account_id, self.product_id


class ProposalAnswer(StrEnum):
    """What became of a proposal."""

    OPENED = "opened"
    NOT_ELIGIBLE = "not_eligible"
    NOT_NOW = "not_now"
