"""What is known of an account: read once, it says what is observed on any day until something else is learnt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from bot.core.policy import Policy
from bot.health.rules.score import Input, Observation, touch_observation


class TicketSign(NamedTuple):
    """What a ticket says: its code, value (0–1), day, and the rating given (1–5) or 0. `is_open`: it goes on today."""

    code: str
    value: float
    on: date
    rating: int
    is_open: bool


class ClosedPromise(NamedTuple):
    """A promise that was kept or broken, and the day; by its owner's calendar that day may be tomorrow here."""

    outcome: str
    on: date


@dataclass(slots=True)
class KnownSigns:
    """All that is known of one account.

    `lasting` is the same on whatever day one looks: checks, pulses, words of leaving. `talk` is the day since which
    nobody talked to the customer. `coming` is the first day on which something counts that lies ahead now.
    """

    lasting: list[Observation] = field(default_factory=list)
    tickets: list[TicketSign] = field(default_factory=list)
    promises: list[ClosedPromise] = field(default_factory=list)
    talk: date | None = None
    coming: date | None = None

    def expect(self, day: date) -> None:
        """Something lies ahead that counts from this day on."""
        if self.coming is None or day < self.coming:
            self.coming = day

    def on(self, day: date, policy: Policy) -> list[Observation]:
        """What is observed on a day, that of today or one that comes."""
        seen = list(self.lasting)
        if self.tickets:
            seen += _support(self.tickets, day, policy.expires_support)
        if self.promises:
            seen += _promises(self.promises, day, policy.expires_promises)
        seen += touch_observation(self.talk, day, policy)
        return seen


def _support(tickets: list[TicketSign], day: date, expiry: int) -> list[Observation]:
    counts: dict[str, int] = {}
    for code, _, on, _, is_open in tickets:
        counts[code] = counts.get(code, 0) + (is_open or (day - on).days <= expiry)
    # What is open hurts today, however long ago it was opened.
    return [
        Observation(Input.SUPPORT, value, day, code, rating or counts[code], on)
        if is_open
        else Observation(Input.SUPPORT, value, on, code, rating or counts[code])
        for code, value, on, rating, is_open in tickets
    ]


def _promises(promises: list[ClosedPromise], day: date, expiry: int) -> list[Observation]:
    # What time broke is broken from the day after its day, as its owner's calendar says, whatever the day is here.
    counts = {"kept": 0, "broken": 0}
    for outcome, on in promises:
        counts[outcome] += (day - on).days <= expiry
    return [
        Observation(Input.PROMISES, float(outcome == "kept"), min(on, day), f"promise_{outcome}", counts[outcome])
        for outcome, on in promises
    ]
