"""The day on which a score changes next when nothing more is learnt: so long nobody has to look at it again.

Between two days on which a sign expires, begins to count or turns, a score moves evenly: every mass halves at its own
pace, and the values stay. A mean of values v_i by such masses, and the points that one of them with a share s costs,
move in a day by at most (Grüss; λ_i = ln 2 / half-life_i)

    100 · (max v - min v) / 4 · max λ        100 · (1 - v) · s · (1 - s) · max λ

and from the distance of a number to where it would be rounded otherwise follows for how many days it cannot be. Only
the days behind those are looked at. The day that is found is never too late; it may be too early, and then that night
finds nothing new and looks ahead again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from bot.core.policy import Policy
from bot.health.rules.known import KnownSigns
from bot.health.rules.score import Input, Observation, Score, numbers
from bot.health.rules.score_history import Point, ScoreChange, comparable

LOOK_AHEAD = 90
"""Days after which a score is looked at again in any case."""

STEP = 10
"""Days over which the pace of a score that moves is taken to be known."""

NEVER = 1_000_000

_CLOSE = 1e-6
"""Points by which two sums of the same masses never differ: that close to a limit counts as across it."""

_NOTHING = 1e-280
"""So small a weight is about to be none at all."""

_LN2 = math.log(2)


def next_change_on(
    known: KnownSigns,
    seen: Sequence[Observation],
    score: Score,
    change: ScoreChange | None,
    points: Sequence[Point],
    today: date,
    policy: Policy,
) -> date | None:
    """The first day after today on which the score, its parts or its change may be others than they are.

    `seen` is what `known` says today, `score` and `change` are made of it, `points` is the history with today's. None
    when all stays as it is for good.
    """
    until = _until(known, seen, change, points, today, policy)
    if not score.parts:
        return today + timedelta(days=until) if until < NEVER else None
    course = _Course(seen, score, today, policy)
    rise = _Rise(seen, change, today, policy) if change is not None and change.points > 0 else None
    until = min(until, LOOK_AHEAD)
    days = 0
    while days < until:
        still = course.still(days)
        if still and rise is not None:
            still = min(still, rise.still(days, course))
        if days and not still:
            break
        days += max(1, still)
    return today + timedelta(days=min(days, until))


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


class _Course:
    """How a score and its parts go on while nothing turns. `pace`: points by which the score may move in a day.

    Of each part: what it may lose in a day by its share, and by its own value.
    """

    def __init__(self, seen: Sequence[Observation], score: Score, today: date, policy: Policy) -> None:
        of = numbers(policy).of
        sums: dict[Input, list[float]] = {part.input: [0.0, 0.0, 0.0, 0.0] for part in score.parts}
        self.touched, self.cadence, fades = 0, policy.touch_every_days, 0.0
        # What has expired tells of the days before, from which a rise is counted.
        least, most = 1.0, 0.0
        for one in seen:
            least, most = min(least, one.value), max(most, one.value)
            if one.input is Input.TOUCH:
                self.touched = one.number or 0
                continue
            _, half_life, expiry = of[one.input]
            fades = max(fades, _LN2 / half_life)
            age = (today - one.on).days
            own = sums.get(one.input)
            if own is not None and 0 <= age <= expiry:
                mass = 0.5 ** (age / half_life)
                at = 0 if one.since is None else 2
                own[at] += mass
                own[at + 1] += mass * one.value
        slope = 0.0
        if Input.TOUCH in sums and self.cadence < self.touched < 3 * self.cadence:
            slope, least = 100 / (2 * self.cadence), 0.0
        self.rows: list[tuple[bool, int, int, list[float], int, float, float, int | None]] = []
        self.mixing = 0.0
        for part in score.parts:
            weight, half_life, _ = of[part.input]
            own = sums[part.input]
            is_touch, loses, moves, whole = part.input is Input.TOUCH, 100 * fades, 0.0, None
            if is_touch:
                loses, moves = 0.0 if self.touched <= self.cadence else loses, slope
            elif own[0] and own[2]:
                # What fades beside what lasts: the value of the input moves as well.
                moves, whole = 25 * fades * (most - least), part.value
                self.mixing = moves
            else:
                loses *= 1 - (own[1] + own[3]) / (own[0] + own[2])
            self.rows.append((is_touch, weight, half_life, own, round(part.points), loses, moves, whole))
        self.score, self.exact, self.stretch = score.score, 0.0, math.exp(fades * STEP)
        self.pace = 25 * fades * (most - least) + slope + self.mixing
        self.pace_of_a_rise = 4 * (50 * fades * (most - least) + slope)

    def still(self, days: int) -> int:
        """For how many days after that one all is rounded as it is today; 0 when on that day something is not."""
        heavy = score = 0.0
        weighed = []
        for is_touch, weight, half_life, own, _, _, _, _ in self.rows:
            if is_touch:
                value, counts = self.touch_on(days), float(weight)
            else:
                left = 0.5 ** (days / half_life)
                mass = own[0] * left + own[2]
                counts = weight * mass if mass < 1.0 else float(weight)
                if counts < _NOTHING:
                    return 0
                value = (own[1] * left + own[3]) / mass
            heavy += counts
            score += counts * value
            weighed.append((counts, value))
        self.exact = 100 * score / heavy
        still, paces, stretch = LOOK_AHEAD, 0.0, self.stretch
        for (counts, value), (_, _, _, _, points, loses, moves, whole) in zip(weighed, self.rows, strict=True):
            if not loses and not moves:
                continue
            share = counts / heavy
            # In so few days a share grows or shrinks by no more than `stretch`, and is moved most where it is a half.
            most = min(1.0, share * stretch)
            nearest = most if most < 0.5 else max(0.5, share / stretch)
            pace = loses * nearest * (1 - nearest) + moves * most
            paces += pace
            still = _days_within(100 * share * (value - 1) - points, pace, min(still, STEP))
            if whole is not None and still:
                still = _days_within(100 * value - whole, moves, still)
            if not still:
                return 0
        if self.score is not None:
            still = _days_within(self.exact - self.score, min(self.pace, paces), still)
        return still

    def touch_on(self, days: int) -> float:
        """How good it is then that the customer was last talked to so long ago."""
        return min(1.0, max(0.0, 1 - (self.touched + days - self.cadence) / (2 * self.cadence)))


class _Rise:
    """Whether age made at least half of a rise, as score_history.with_age says, on the days that come."""

    def __init__(self, seen: Sequence[Observation], change: ScoreChange, today: date, policy: Policy) -> None:
        self.points, self.is_aged, self.days = change.points, change.aged is not None, change.days
        self.whole = policy.score_change_days
        of = numbers(policy).of
        self.signs = [
            (one.input, of[one.input], one.value, None if one.since is not None else (today - one.on).days)
            for one in seen
        ]

    def still(self, days: int, course: _Course) -> int:
        """For how many days after that one it is said as today; 0 when on that day it may not be."""
        young = self._young(days, course)
        if young is None:
            return 0
        above = 2 * (course.exact - young) - self.points
        away = above if self.is_aged else -above
        if away <= _CLOSE:
            return 0
        pace = course.pace_of_a_rise
        return LOOK_AHEAD if away >= pace * LOOK_AHEAD else max(1, int((away - _CLOSE) / pace))

    def _young(self, ahead: int, course: _Course) -> float | None:
        """The score of that day as if nothing had grown older since the day from which the rise is counted."""
        over = min(self.days + ahead, self.whole)
        sums: dict[Input, list[float]] = {}
        for name, (weight, half_life, expiry), value, age in self.signs:
            if not weight:
                continue
            mass = 1.0
            if name is Input.TOUCH:
                value = course.touch_on(ahead)
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


def _days_within(off: float, pace: float, most: int) -> int:
    """For how many days, at most `most`, a number that is `off` its rounded one cannot be rounded otherwise."""
    room = 0.5 - abs(off) - _CLOSE
    if room <= 0 or not most:
        return 0
    return most if room >= pace * most else max(1, int(room / pace))
