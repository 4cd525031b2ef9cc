"""Pulses: what can be answered, what an answer's colour is worth, when somebody must do something about it.

A round asks an account's whole team one question. An answer is a colour, and, when it is not green, why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from math import sqrt

from bot.health.rules.score import pulse_value


class Colour(StrEnum):
    """An answer, the best one first. Colour is never alone on a screen: each has its emoji and its words."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


_EMOJI = {Colour.GREEN: "🟢", Colour.YELLOW: "🟡", Colour.RED: "🔴"}
_WORDS = {Colour.GREEN: "Well", Colour.YELLOW: "Worries", Colour.RED: "In danger"}
_STANDING = {Colour.GREEN: "doing well", Colour.YELLOW: "some worries", Colour.RED: "in danger"}
_COUNTED = {Colour.GREEN: "well", Colour.YELLOW: "with worries", Colour.RED: "in danger"}


class Alarm(StrEnum):
    """Why somebody must take a next step after a round."""

    RED = "red"
    APART = "apart"
    """Two people are further apart than one step."""


class RoundChange(StrEnum):
    """How a round came out beside the one before."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


def emoji(colour: Colour) -> str:
    """The colour as a sign."""
    return _EMOJI[colour]


def label(colour: Colour) -> str:
    """The colour as an answer to "How are they doing?"."""
    return _WORDS[colour]


def standing(colour: Colour) -> str:
    """What the colour says of an account, behind its name: "Acme: in danger"."""
    return _STANDING[colour]


def counted_as(colour: Colour) -> str:
    """The colour behind a number of answers: "2 with worries"."""
    return _COUNTED[colour]


def needs_reason(colour: Colour) -> bool:
    """Whether an answer of this colour is asked why."""
    return colour is not Colour.GREEN


def steps_apart(colours: Iterable[Colour]) -> int:
    """How many steps lie between the best answer and the worst: 0, 1 (a neighbouring colour) or 2. None given: 0."""
    places = [list(Colour).index(colour) for colour in colours]
    return max(places) - min(places) if places else 0


def alarms(colours: Sequence[Colour]) -> tuple[Alarm, ...]:
    """Why these answers ask for a next step; none when they do not."""
    red = (Alarm.RED,) if Colour.RED in colours else ()
    apart = (Alarm.APART,) if steps_apart(colours) > 1 else ()
    return (*red, *apart)


def round_value(colours: Sequence[Colour]) -> int | None:
    """What a round comes to, 0–100: the mean of its answers. None when nobody answered: silence is never green."""
    return int(100 * sum(pulse_value(colour) for colour in colours) / len(colours) + 0.5) if colours else None


def worst(colours: Iterable[Colour]) -> Colour | None:
    """The worst colour among answers, which decides how a round is called and compared; None when nobody answered."""
    return max(colours, key=list(Colour).index, default=None)


def change_of_worst(now: Colour | None, before: Colour | None) -> RoundChange | None:
    """How a round came out beside the one before, by the worst answer of each, not by their means."""
    return change(round_value([now] if now else []), round_value([before] if before else []))


def change(value: int | None, before: int | None) -> RoundChange | None:
    """How a round came out beside the one before; None when one of them is not known."""
    if value is None or before is None:
        return None
    return RoundChange.SAME if value == before else RoundChange.BETTER if value > before else RoundChange.WORSE


def place_in_cycle(account_id: int, days: int) -> int:
    """On which of `days` working days (0 is the first) a new account's first round falls.

    Multiples of the golden ratio's fraction: whatever numbers the accounts have, neighbours land far apart and each
    weekday gets about as many as the others, without looking at what is planned already.
    """
    return int((account_id * (sqrt(5) - 1) / 2) % 1 * days)


def least_used(days: Sequence[date], due: date, use: Callable[[date], int]) -> date:
    """The day that is used least, each step away from `due` counting as one more use; of two alike the nearer one.

    Without that price a round would move for every single other one, and its cadence with it.
    """
    ordered = sorted({*days, due})
    steps = {day: abs(ordered.index(day) - ordered.index(due)) for day in days}
    return min(days, key=lambda day: (use(day) + steps[day], steps[day], day))
