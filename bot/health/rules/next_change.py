"""The day on which a score changes next when nothing more is learnt: so long nobody has to look at it again.

Until a sign expires, begins to count or turns, what is known of each input stays the same, and a weight that fades
loses the same share every day. So a day's score follows from the day before by one multiplication for each weight, and
the days are gone through until the first on which the score would be rounded otherwise. The day that is found is never
too late; it may be too early, and then that night finds nothing new and looks ahead again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from operator import mul

from bot.core.policy import Policy
from bot.health.rules.known import KnownSigns
from bot.health.rules.score import (
    NEVER,
    Input,
    Observation,
    Strand,
    Total,
    numbers,
    touch_value,
    weighed,
)
from bot.health.rules.score_history import Point, ScoreChange, comparable

LOOK_AHEAD = 90
"""Days after which a score is looked at again in any case."""

_CLOSE = 1e-6
"""Points by which two sums of the same masses never differ: that close to a limit counts as across it."""

_NOTHING = 1e-250
"""So small a weight that within `LOOK_AHEAD` days it may be none at all."""

_LN2 = math.log(2)


def next_change_on(
    known: KnownSigns,
    seen: Sequence[Observation],
    weighing: Sequence[Strand],
    score: Total,
    change: ScoreChange | None,
    points: Sequence[Point],
    today: date,
    policy: Policy,
) -> date | None:
    """The first day after today on which the score, what it is made of or its change may be others than they are.

    `seen` is what `known` says today, `weighing` what weighs of it, `score` and `change` are made of it, `points` is
    the history with today's. None when all stays as it is for good.
    """
    until = _until(known, seen, change, points, today, policy)
    if not weighing:
        return today + timedelta(days=until) if until < NEVER else None
    until = min(until, LOOK_AHEAD)
    rise = _Rise(seen, change, today, policy) if change is not None and change.points > 0 else None
    return today + timedelta(days=_still(weighing, score.score, rise, today.toordinal(), until))


def _until(
    known: KnownSigns,
    seen: Sequence[Observation],
    change: ScoreChange | None,
    points: Sequence[Point],
    today: date,
    policy: Policy,
) -> int:
    """In how many days something is counted that was not, or is not any more: the first of them."""
    of, over, until = numbers(policy).of, policy.score_change_days, NEVER
    if known.coming is not None:
        # What comes later on that day is not known yet in its night, but in the next.
        until = max(1, (known.coming - today).days)
    turns = [(promise.on - today).days for promise in known.promises]
    if known.talk is not None:
        turns.append((known.talk - today).days + policy.touch_every_days + 1)
    # Whether age made a rise over the whole stretch of days is counted over days that move along.
    moves = change is not None and change.points > 0 and change.days >= over
    for one in seen:
        if one.input is Input.TOUCH or one.since is not None:
            continue
        begins = (one.on - today).days
        expires = begins + of[one.input][2] + 1
        turns.append(expires)
        if begins > 0:
            turns.append(begins)
        if moves:
            turns += (begins + over, expires + over)
    if points:
        turns += [(point.day - today).days + over for point in comparable(points, points[-1].weights)]
    for days in turns:
        if 0 < days < until:
            until = days
    return until


def _still(every: Sequence[Strand], score: int | None, rise: _Rise | None, today: int, until: int) -> int:
    """How many days pass, `until` at most, before the score is rounded otherwise or its rise is said otherwise."""
    masses, paces, values, moving, touched, slope = _motion(every, today)
    if masses and min(masses) < _NOTHING:
        return 1
    if score is None or (not moving and not touched and min(values) == max(values)):
        # Whatever each of them weighs: all are equally good.
        return until
    least, most = (score - 0.5 + _CLOSE) / 100, (score + 0.5 - _CLOSE) / 100
    asked_again = 0
    for days in range(until):
        heavy, good = sum(masses), sum(map(mul, masses, values))
        if touched:
            good += touched
            touched = max(0.0, touched - slope)
        if moving:
            for counts, value in weighed(moving, today + days):
                heavy += counts
                good += counts * value
        if days and not least * heavy < good < most * heavy:
            return days
        if rise is not None and days >= asked_again:
            still = rise.still(days, 100 * good / heavy)
            if days and not still:
                return days
            asked_again = days + max(1, still)
        masses = list(map(mul, masses, paces))
    return until


def _motion(
    every: Sequence[Strand], today: int
) -> tuple[list[float], list[float], list[float], list[Strand], float, float]:
    """What weighs today: masses, by how much each is multiplied a day, and values; and what moves in another way.

    Of a late touch, whose value falls evenly, the mass stands among them without a value; what it adds is the last but
    one, and what it loses of that a day the last.
    """
    masses, paces, values = [], [], []
    moving: list[Strand] = []
    touched = slope = 0.0
    for strand in every:
        on, weight, fades, value, mass, lasting, _ = strand
        age, pace = today - on, 1.0
        if mass < 0:
            mass, value = 1.0, 1.0 if age <= fades else touch_value(age, fades)
            if age >= fades and value:
                touched, slope, value = weight * value, weight / (2 * fades), 0.0
        else:
            pace = _daily(fades)
            mass *= pace**age
            if lasting or mass > 1.0:
                moving.append(strand)
                continue
        masses.append(weight * mass)
        paces.append(pace)
        values.append(value)
    return masses, paces, values, moving, touched, slope


@cache
def _daily(half_life: int) -> float:
    return float(0.5 ** (1 / half_life))


class _Rise:
    """Whether age made at least half of a rise, as score_history.with_age says, on the days that come."""

    def __init__(self, seen: Sequence[Observation], change: ScoreChange, today: date, policy: Policy) -> None:
        self.points, self.is_aged, self.days = change.points, change.aged is not None, change.days
        self.whole, self.cadence, self.touched = policy.score_change_days, policy.touch_every_days, 0
        of = numbers(policy).of
        self.signs = [
            (one.input, of[one.input], one.value, None if one.since is not None else (today - one.on).days)
            for one in seen
        ]
        # What has expired tells of the days before, from which a rise is counted.
        least, most, fades, slope = 1.0, 0.0, 0.0, 0.0
        for name, (_, half_life, _), value, age in self.signs:
            least, most = min(least, value), max(most, value)
            if name is not Input.TOUCH:
                fades = max(fades, _LN2 / half_life)
                continue
            self.touched = age or 0
            if self.cadence < self.touched < 3 * self.cadence:
                slope, least = 100 / (2 * self.cadence), 0.0
        # A mean moves in a day by at most 25 · (most - least) · λ (Grüss); twice two means are compared.
        self.pace = 4 * (50 * fades * (most - least) + slope)

    def still(self, days: int, exact: float) -> int:
        """For how many days after that one it is said as today; 0 when on that day it may not be."""
        young = self._young(days)
        if young is None:
            return 0
        above = 2 * (exact - young) - self.points
        away = above if self.is_aged else -above
        if away <= _CLOSE:
            return 0
        return LOOK_AHEAD if away >= self.pace * LOOK_AHEAD else max(1, int((away - _CLOSE) / self.pace))

    def _young(self, ahead: int) -> float | None:
        """The score of that day as if nothing had grown older since the day from which the rise is counted."""
        over = min(self.days + ahead, self.whole)
        sums: dict[Input, list[float]] = {}
        for name, (weight, half_life, expiry), value, age in self.signs:
            if not weight:
                continue
            mass = 1.0
            if name is Input.TOUCH:
                value = touch_value(self.touched + ahead, self.cadence)
            elif age is not None:
                old = age + ahead
                old -= over if old >= over else 0
                if not 0 <= old <= expiry:
                    continue
                mass = 0.5 ** (old / half_life)
            own = sums.setdefault(name, [0.0, 0.0, weight])
            own[0] += mass
            own[1] += mass * value
        weighed = [(weight * min(1.0, mass), good / mass) for mass, good, weight in sums.values()]
        heavy = sum(weight for weight, _ in weighed)
        return 100 * sum(weight * value for weight, value in weighed) / heavy if heavy else None
