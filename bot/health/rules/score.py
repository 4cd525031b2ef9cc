"""The health score: 0–100 out of what is known, with the points each input costs and how much is known at all.

Every observation is a value from 0 (as bad as it gets) to 1, and fades: its mass is 0.5 ** (age / half-life), nothing
once it has expired. An input's value is the mean of its observations by mass, its weight the policy's weight times its
mass (one fresh observation fills it; more do not make it heavier). The score is the mean of the known inputs by weight,

    score = 100 · Σ w_i·min(1, m_i)·v_i / Σ w_i·min(1, m_i)        m_i = Σ_k 0.5 ** (age_k / half_life_i)

so what is missing is left out and the rest re-weighted; one more observation of 1 never lowers it; and the order in
which things arrived does not matter. A word of leaving is an input only while there is one: nobody misses it.

It is made in two steps. What is known of an input is gathered into one value, which stays the same until a sign comes,
expires or turns; what those weigh is a matter of the day, and asked for the day on which one looks.

Its confidence is the share of the weight of which anything is known, Σ w_i of the known inputs / Σ w_i, the word of
leaving on neither side. Below half of it there is no score: what little is known would speak for the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec

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


NEVER = 1_000_000
"""Days that nothing lasts."""

_TOUCH = -1.0

ENOUGH = 50
"""Percent of the weight that must be known for a score; below it too little is known."""


class Band(StrEnum):
    """Where a score stands: poor below the first of the policy's bands, good from the second on."""

    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"


class Observation(msgspec.Struct, frozen=True, gc=False):
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


class Evidence(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, rename={"is_low": "low"}):
    """All that is known of one input, the same on whatever day one looks until a sign comes, expires or turns.

    `on` is the day of its newest sign; on that day what fades has this `mass`, and the mean `value` (0–1). `fades` are
    the days in which its mass halves, for a touch the cadence, since how good a touch is follows from its age alone.
    Signs that go on, so many as `lasting`, do not fade: their mean is `lasting_value`. The rest is as in `Part`.
    """

    input: Input
    on: date
    weight: int = 0
    fades: int = 1
    value: float = 0.0
    mass: float = 1.0
    count: int = 1
    code: str = ""
    number: int | None = None
    quote: str = ""
    is_low: bool = True
    since: date | None = None
    lasting: int = 0
    lasting_value: float = 0.0


class Total(NamedTuple):
    """What all evidence comes to on a day: as in `Score`, and the score unrounded, None when nothing is known."""

    score: int | None
    confidence: int
    missing: tuple[Input, ...]
    exact: float | None


class Part(msgspec.Struct, frozen=True, gc=False):
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


class Score(msgspec.Struct, frozen=True, gc=False):
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
    """What a score takes from a policy. `of`: (weight, half-life, expiry) of each input, in the order they are shown;
    of a touch the cadence stands for a half-life, and it never expires. `usual` are the weights of those that are
    missed when they are not known.
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
        if i is Input.TOUCH:
            of[i] = (policy.weight_touch, policy.touch_every_days, NEVER)
        else:
            of[i] = tuple(getattr(policy, f"{name}_{i}") for name in ("weight", "half_life", "expires"))
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
    if observation.input is Input.TOUCH:
        return 1.0
    _, half_life, expiry = numbers(policy).of[observation.input]
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
    return (Observation(Input.TOUCH, touch_value(days, policy.touch_every_days), last_touch, code, days),)


def touch_value(days: int, cadence: int) -> float:
    """How good it is (0–1) that the last touch was so many days ago, where one is due every `cadence` days."""
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
    return weigh(gather(observations, today, policy), today, policy)


def gather(observations: Iterable[Observation], today: date, policy: Policy) -> tuple[Evidence, ...]:
    """What is known of each input on a day, in the order they are shown; an input of no weight is left out."""
    of = numbers(policy).of
    by_input: dict[Input, list[Observation]] = {}
    for one in observations:
        weight, _, expiry = of[one.input]
        if weight and (one.input is Input.TOUCH or 0 <= (today - one.on).days <= expiry):
            own = by_input.get(one.input)
            if own is None:
                by_input[one.input] = [one]
            else:
                own.append(one)
    good = policy.bands[1] / 100
    return tuple([_evidence(own, of[name], today, good) for name in of if (own := by_input.get(name)) is not None])


def _evidence(own: list[Observation], numbers: tuple[int, int, int], today: date, good: float) -> Evidence:
    weight, fades, _ = numbers
    one = own[0]
    if one.input is Input.TOUCH:
        # An older touch says nothing beside a newer one.
        own = [min(own, key=lambda one: (-one.on.toordinal(), _worst_first(one)))]
    if len(own) == 1 and one.since is None:
        (one,) = own
        # A touch has a band of its own, the cadence, and a pulse its colour: one red is red among many greens.
        is_low = one.code in _NEVER_GOOD or one.value < good
        return Evidence(one.input, one.on, weight, fades, one.value, 1.0, 1, one.code, one.number, one.quote, is_low)
    on = max([one.since or one.on for one in own])
    worst = min(own, key=_worst_first)
    newest, lasting, masses, goods = on.toordinal(), [], [], []
    for one in own:
        if one.since is not None and one.on == today:
            lasting.append(one.value)
        else:
            mass = 0.5 ** ((newest - one.on.toordinal()) / fades)
            masses.append(mass)
            goods.append(mass * one.value)
    # Sorted sums: floating point must not make the order of arrival matter.
    mass = sum(sorted(masses))
    return Evidence(
        one.input,
        on,
        weight,
        fades,
        sum(sorted(goods)) / mass if mass else 0.0,
        mass,
        len(own),
        worst.code,
        worst.number,
        worst.quote,
        worst.code in _NEVER_GOOD or worst.value < good,
        worst.since,
        len(lasting),
        sum(sorted(lasting)) / len(lasting) if lasting else 0.0,
    )


Strand = tuple[int, int, int, float, float, int, float]
"""What of an `Evidence` says how much it weighs: day (ordinal), weight, fades, value, mass, lasting, lasting_value. The
mass of a touch is negative."""


def strands(evidence: Iterable[Evidence]) -> list[Strand]:
    """What of them weighs; taken out once where they are weighed on many days."""
    return [
        (
            one.on.toordinal(),
            one.weight,
            one.fades,
            one.value,
            _TOUCH if one.input is Input.TOUCH else one.mass,
            one.lasting,
            one.lasting_value,
        )
        for one in evidence
    ]


def weighed(strands: Iterable[Strand], day: int) -> list[tuple[float, float]]:
    """How much each weighs on a day (its ordinal), and its value (0–1) then."""
    found: list[tuple[float, float]] = []
    for on, weight, fades, value, mass, lasting, lasting_value in strands:
        age = day - on
        if mass < 0:
            found.append((weight, 1.0 if age <= fades else touch_value(age, fades)))
            continue
        if age > 0:
            mass *= 0.5 ** (age / fades)
        if lasting:
            value = (mass * value + lasting * lasting_value) / (mass + lasting)
            mass += lasting
        found.append((weight * mass if mass < 1.0 else weight, value))
    return found


def total(evidence: Sequence[Evidence], day: date, policy: Policy, weighing: Sequence[Strand] | None = None) -> Total:
    """What all evidence comes to on a day. `weighing`: what weighs of it, where that is at hand (`strands`)."""
    usual = numbers(policy).usual
    pairs = weighed(strands(evidence) if weighing is None else weighing, day.toordinal())
    heavy = good = 0.0
    for counts, value in pairs:
        heavy += counts
        good += counts * value
    if not heavy:
        return Total(None, 0, tuple(usual), None)
    known = [one.input for one, (counts, _) in zip(evidence, pairs, strict=True) if counts]
    missing = tuple([name for name in usual if name not in known])
    confidence = 100
    if missing:
        all_of_it = sum(usual.values())
        # Rounded as it is shown: a screen must not say "50%" and that this is less than half.
        confidence = rounded(100 * (all_of_it - sum([usual[name] for name in missing])) / all_of_it)
    exact = 100 * good / heavy
    return Total(None if confidence < ENOUGH else rounded(exact), confidence, missing, exact)


def weigh(evidence: Sequence[Evidence], day: date, policy: Policy) -> Score:
    """The score of a day, with what each input did to it."""
    made = total(evidence, day, policy)
    return Score(made.score, made.confidence, parts(evidence, day), made.missing)


def parts(evidence: Sequence[Evidence], day: date) -> tuple[Part, ...]:
    """What each input does to the score of a day."""
    pairs = weighed(strands(evidence), day.toordinal())
    heavy = sum([counts for counts, _ in pairs])
    known = [(one, *pair) for one, pair in zip(evidence, pairs, strict=True) if pair[0]]
    return tuple([_part(one, value, counts / heavy, day) for one, counts, value in known])


def _part(one: Evidence, value: float, share: float, day: date) -> Part:
    age = max(0, (day - one.on).days)
    return Part(
        input=one.input,
        value=rounded(100 * value),
        points=100 * share * (value - 1),
        share=share,
        age=age,
        count=one.count,
        code=one.code,
        number=age if one.input is Input.TOUCH else one.number,
        lasting=None if one.since is None else max(0, (day - one.since).days),
        quote=one.quote,
        is_low=one.is_low,
    )


_COLOURS = {"pulse_red": 0, "pulse_yellow": 1, "pulse_green": 2, "pulse_impression": 3}
"""Pulses are called by their worst colour; green is an impression only where none of them was heard."""

_NEVER_GOOD = frozenset(("no_touch", "pulse_red", "pulse_yellow"))


def _worst_first(o: Observation) -> tuple[int, float, bool, int, str, int, int, str]:
    # Down to the last figure, so that it does not matter which of two was read first; what lasts is today's every day.
    since, on = o.since, o.on.toordinal()
    began = on if since is None else since.toordinal()
    return (_COLOURS.get(o.code, 0), o.value, since is None, -on, o.code, o.number or 0, began, o.quote)


def rounded(number: float) -> int:
    """A number of points as it is shown, 0–100."""
    # The tiny push keeps 49.999999999 and 50.0, which are the same sum in another order, on the same side.
    whole = int(number + 0.5 + 1e-9)
    return 0 if whole < 0 else min(whole, 100)


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
