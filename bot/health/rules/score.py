"""The health score: 0–100 out of what is known, with the points each input costs and how much is known at all.

Every observation is a value from 0 (as bad as it gets) to 1, and fades: its mass is 0.5 ** (age / half-life), nothing
once it has expired. An input's value is the mean of its observations by mass, its weight the policy's weight times its
mass (one fresh observation fills it; more do not make it heavier). The score is the mean of the known inputs by weight,

    score = 100 · Σ w_i·min(1, m_i)·v_i / Σ w_i·min(1, m_i)        m_i = Σ_k 0.5 ** (age_k / half_life_i)

so what is missing is left out and the rest re-weighted; one more observation of 1 never lowers it; and the order in
which things arrived does not matter. A word of leaving is an input only while there is one: nobody misses it.

Its confidence is the share of the weight of which anything is known, Σ w_i of the known inputs / Σ w_i, the word of
leaving on neither side. Below half of it there is no score: what little is known would speak for the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.policy import Policy


class Input(StrEnum):
    """What the score is made of, in the order it is shown."""

    HEALTH = "health"
    PULSE = "pulse"
    TOUCH = "touch"
    SUPPORT = "support"
    PROMISES = "promises"
    CHURN = "churn"
    """A word of leaving. Known only when one was heard; to hear none is the rule and says nothing."""


ENOUGH = 50
"""Percent of the weight that must be known for a score; below it too little is known."""


class Band(StrEnum):
    """Where a score stands: poor below the first of the policy's bands, good from the second on."""

    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that is known: what it speaks to, how good it is (0–1), the day it was seen, and what it was in a word.

    `code` names the sentence a screen shows for it, `number` the figure in that sentence (days, scale, count). What
    lasts is seen anew every day: `since` is the day on which it began. `quote` are words that the sentence quotes.
    """

    input: Input
    value: float
    on: date
    code: str = ""
    number: int | None = None
    since: date | None = None
    quote: str = ""

    @property
    def began(self) -> date:
        """The day on which it happened, or began to."""
        return self.since or self.on


@dataclass(frozen=True, slots=True)
class Part:
    """What one input did to the score. `points` is what it costs (zero or less), `age` the days since its newest sign.

    The points of all parts together are the score less 100. `value` is 0–100, `share` its part of the known weight.
    `lasting`: the days since that began which `code` names, when it still goes on. `is_low`: what `code` names lies
    below what is good, so that a screen may name it as a loss.
    """

    input: Input
    value: int
    points: float
    share: float
    age: int
    count: int
    code: str
    number: int | None = None
    lasting: int | None = None
    quote: str = ""
    is_low: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """A score, or None when less than `ENOUGH` is known; `confidence` in percent of the weight that is known."""

    score: int | None
    confidence: int
    parts: tuple[Part, ...]
    missing: tuple[Input, ...]

    @property
    def exact(self) -> float | None:
        """What the known inputs come to, unrounded, however few they are; None when nothing is known."""
        return 100 + sum(part.points for part in self.parts) if self.parts else None

    def reasons(self, most: int) -> tuple[Part, ...]:
        """The inputs that cost most, dearest first; less than half a point is no reason, nor is what is good.

        Good news is never a loss, also where the rest is still better.
        """
        costly = [part for part in self.parts if part.is_low and part.points <= -0.5]
        return tuple(sorted(costly, key=lambda part: (part.points, part.input))[:most])


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a score takes from a policy. `of`: (weight, half-life, expiry) of each input, in the order they are shown.

    `usual` are the weights of those that are missed when they are not known.
    """

    of: Mapping[Input, tuple[int, int, int]]
    usual: Mapping[Input, int]
    digest: str


_NUMBERS: dict[int, tuple[Policy, Numbers]] = {}


def numbers(policy: Policy) -> Numbers:
    """The numbers of a policy; a recount asks for them millions of times, and to compare two policies takes long."""
    known = _NUMBERS.get(id(policy))
    if known is not None and known[0] is policy:
        return known[1]
    of: dict[Input, tuple[int, int, int]] = {}
    for i in Input:
        fading = ("half_life", "expires") if i is not Input.TOUCH else ("weight", "weight")
        of[i] = (getattr(policy, f"weight_{i}"), *(getattr(policy, f"{name}_{i}") for name in fading))
    usual: dict[Input, int] = {name: of[name][0] for name in Input if of[name][0] and name is not Input.CHURN}
    if len(_NUMBERS) >= 256:
        _NUMBERS.clear()
    found = Numbers(of, usual, _digest(policy))
    _NUMBERS[id(policy)] = (policy, found)
    return found


def weight_of(input: Input, policy: Policy) -> int:
    """The policy's weight of one input."""
    return numbers(policy).of[input][0]


def mass(observation: Observation, today: date, policy: Policy) -> float:
    """How much an observation still counts, 1 when fresh, 0 once expired; recency of touch does not fade: it is age."""
    return _mass(observation, today, *numbers(policy).of[observation.input][1:])


def _mass(observation: Observation, today: date, half_life: int, expiry: int) -> float:
    if observation.input is Input.TOUCH:
        return 1.0
    age = max(0, (today - observation.on).days)
    return 0.0 if age > expiry else float(0.5 ** (age / half_life))


def touch_observation(last_touch: date | None, today: date, policy: Policy) -> tuple[Observation, ...]:
    """How recent the last touch is: 1 within the tier's cadence, falling evenly to 0 at three times the cadence.

    Nobody ever touched the account: nothing is known, and nothing is said.
    """
    if last_touch is None:
        return ()
    days = max(0, (today - last_touch).days)
    code = "no_touch" if days > policy.touch_every_days else "touched"
    return (Observation(Input.TOUCH, touch_value(days, policy), last_touch, code, days),)


def touch_value(days: int, policy: Policy) -> float:
    """How good it is (0–1) that the last touch was so many days ago."""
    cadence = policy.touch_every_days
    return min(1.0, max(0.0, 1 - (days - cadence) / (2 * cadence)))


def last_talk(touch: date | None, checks: Iterable[tuple[date, date]], policy: Policy) -> date | None:
    """The day since which the customer was not talked to, or None when none is known.

    `touch` is the last touchpoint. A health check is a talk as well; `checks` are (day of the talk, day on which it was
    written down). One that was written down later than the cadence only ever makes that day a later one: who adds an
    old check must not begin a silence with it.
    """
    talks = [touch] if touch is not None else []
    late: list[date] = []
    for on, written_on in checks:
        (late if (written_on - on).days > policy.touch_every_days else talks).append(on)
    return max([*talks, *late]) if talks else None


def scale_value(scales: Iterable[int | None]) -> float | None:
    """A health check's value, 0–1: the mean of the scales that were given (1–5); None when none was."""
    given = [scale for scale in scales if scale is not None]
    return sum(scale - 1 for scale in given) / (4 * len(given)) if given else None


def pulse_value(colour: str) -> float:
    """Green is 1, yellow a half, red 0. Raises KeyError for anything else."""
    return {"green": 1.0, "yellow": 0.5, "red": 0.0}[colour]


def pulse_colour(value: int) -> str:
    """The colour that a round's value (0–100) comes closest to, for one whose answers are not known."""
    return "green" if value >= 75 else "red" if value <= 25 else "yellow"


def score(observations: Sequence[Observation], today: date, policy: Policy) -> Score:
    """The score of all that is known on a day; what happened after that day is not known yet."""
    of = numbers(policy).of
    usual = numbers(policy).usual
    by_input: dict[Input, list[tuple[Observation, float]]] = {}
    for one in observations:
        name = one.input
        weight, half_life, expiry = of[name]
        if name is Input.TOUCH:
            left = 1.0
        else:
            age = (today - one.on).days
            left = 0.5 ** (age / half_life) if 0 <= age <= expiry else 0.0
        if left and weight:
            by_input.setdefault(name, []).append((one, left))
    known: list[tuple[Input, float, float, list[tuple[Observation, float]]]] = []
    heavy = 0.0
    for name, (weight, _, _) in of.items():
        own = by_input.get(name)
        if own is None:
            continue
        if len(own) == 1:
            total, value = own[0][1], own[0][0].value
        else:
            # Sorted sums: floating point must not make the order of arrival matter.
            total = sum(sorted([left for _, left in own]))
            value = sum(sorted([left * one.value for one, left in own])) / total
        counts = weight * min(1.0, total)
        heavy += counts
        known.append((name, value, counts, own))
    if not known:
        return Score(None, 0, (), tuple(usual))
    good = policy.bands[1] / 100
    parts = tuple([_part(name, value, counts / heavy, own, today, good) for name, value, counts, own in known])
    missing = tuple([name for name in usual if name not in by_input])
    all_of_it = sum(usual.values())
    # Rounded as it is shown: a screen must not say "50%" and that this is less than half.
    confidence = rounded(100 * (all_of_it - sum([usual[name] for name in missing])) / all_of_it)
    if confidence < ENOUGH:
        return Score(None, confidence, parts, missing)
    return Score(rounded(100 + sum([part.points for part in parts])), confidence, parts, missing)


def _part(
    name: Input, value: float, share: float, own: list[tuple[Observation, float]], today: date, good: float
) -> Part:
    if len(own) == 1:
        worst = own[0][0]
        newest = worst.since or worst.on
    else:
        worst = min([one for one, _ in own], key=_worst_first)
        newest = max([one.since or one.on for one, _ in own])
    return Part(
        input=name,
        value=rounded(100 * value),
        points=100 * share * (value - 1),
        share=share,
        age=max(0, (today - newest).days),
        count=len(own),
        code=worst.code,
        number=worst.number,
        lasting=None if worst.since is None else max(0, (today - worst.since).days),
        quote=worst.quote,
        # A touch has a band of its own, the cadence, and a pulse its colour: one red is red among many greens.
        is_low=worst.code in _NEVER_GOOD or worst.value < good,
    )


_COLOURS = {"pulse_red": 0, "pulse_yellow": 1, "pulse_green": 2, "pulse_impression": 3}
"""Pulses are called by their worst colour; green is an impression only where none of them was heard."""

_NEVER_GOOD = frozenset(("no_touch", "pulse_red", "pulse_yellow"))


def _worst_first(o: Observation) -> tuple[int, float, int, str, int, int, str]:
    # Down to the last figure, so that it does not matter which of two was read first.
    return (_COLOURS.get(o.code, 0), o.value, -o.on.toordinal(), o.code, o.number or 0, o.began.toordinal(), o.quote)


def rounded(number: float) -> int:
    """A number of points as it is shown, 0–100."""
    # The tiny push keeps 49.999999999 and 50.0, which are the same sum in another order, on the same side.
    return min(100, max(0, int(number + 0.5 + 1e-9)))


def band(value: int, policy: Policy) -> Band:
    """The band of a score, by the policy's two limits."""
    poor, good = policy.bands
    return Band.POOR if value < poor else Band.GOOD if value >= good else Band.FAIR


def weights_digest(policy: Policy) -> str:
    """A short name for the weights, half-lives and expiries a score was made with; it changes only when they do."""
    return numbers(policy).digest


def _digest(policy: Policy) -> str:
    names = sorted(n for n in policy.__slots__ if n.startswith(("weight_", "half_life_", "expires_")))
    text = ",".join(f"{name}={getattr(policy, name)}" for name in (*names, "touch_every_days"))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def is_lower_band(one: int, other: int, policy: Policy) -> bool:
    """Whether one score stands in a lower band than the other."""
    return _rank(one, policy) < _rank(other, policy)


def _rank(value: int, policy: Policy) -> int:
    return (Band.POOR, Band.FAIR, Band.GOOD).index(band(value, policy))
