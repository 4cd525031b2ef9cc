"""The day on which a score changes next when nothing more is learnt: so long nobody has to look at it again.

Between two days on which a sign expires, begins to count or turns, a score E moves evenly: each weight w_i halves at
its own pace, or stays where it is full, and the values stay. The signs above E then weigh as much as those below,

    G = 100 · Σ_{v_i > E} w_i·(v_i - E) / Σ w_i = 100 · Σ_{v_i < E} w_i·(E - v_i) / Σ w_i

so in s days it rises by at most G·exp(λ·s)·(b - a)·s, where b is the pace of the fastest below it, a of the slowest
above it and λ of the fastest of all (paces are ln 2 / half-life), and falls by the same with above and below changed. A
touch that is overdue moves besides by its share of what it loses a day. From the distance to where the score would be
rounded otherwise follows for how many days it cannot be, and only the days behind those are looked at; where it is few,
looking at a day costs less than knowing whether one must. The day that is found is never too late; it may be too early,
and then that night finds nothing new and looks ahead again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from bot.core.policy import Policy
from bot.health.rules.known import KnownSigns
from bot.health.rules.score import NEVER, Evidence, Input, Observation, Total, numbers, strands, touch_value, weighed
from bot.health.rules.score_history import Point, ScoreChange, comparable

LOOK_AHEAD = 90
"""Days after which a score is looked at again in any case."""

STEPS = (40, 10)
"""Days over which the pace of a score is taken to be known: the most in which nothing changes, or the last."""

FEW, AGAIN = 3, 8
"""A pace that allows fewer days is not asked for again before so many days have been looked at one by one."""

_CLOSE = 1e-6
"""Points by which two sums of the same masses never differ: that close to a limit counts as across it."""

_NOTHING = 1e-280
"""So small a weight is about to be none at all."""

_LN2 = math.log(2)


def next_change_on(
    known: KnownSigns,
    seen: Sequence[Observation],
    evidence: Sequence[Evidence],
    score: Total,
    change: ScoreChange | None,
    points: Sequence[Point],
    today: date,
    policy: Policy,
) -> date | None:
    """The first day after today on which the score, what it is made of or its change may be others than they are.

    `seen` is what `known` says today, `evidence`, `score` and `change` are made of it, `points` is the history with
    today's. None when all stays as it is for good.
    """
    until = _until(known, seen, change, points, today, policy)
    if not evidence:
        return today + timedelta(days=until) if until < NEVER else None
    course = _Course(evidence, score.score, today)
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
    """How a score goes on while nothing turns."""

    def __init__(self, evidence: Sequence[Evidence], score: int | None, today: date) -> None:
        self.evidence, self.score, self.today = evidence, score, today.toordinal()
        self.strands = strands(evidence)
        self.exact, self.asked_again = 0.0, 0

    def still(self, days: int) -> int:
        """For how many days after that one the score is rounded as it is today; 0 when on that day it is not."""
        pairs = weighed(self.strands, self.today + days)
        heavy = good = 0.0
        for counts, value in pairs:
            if counts < _NOTHING:
                return 0
            heavy += counts
            good += counts * value
        middle = good / heavy
        self.exact = 100 * middle
        if self.score is None:
            return LOOK_AHEAD
        above, below = self.score + 0.5 - self.exact - _CLOSE, self.exact - self.score + 0.5 - _CLOSE
        if above <= 0 or below <= 0:
            return 0
        if days < self.asked_again:
            return 1
        still = self._calm(pairs, middle, heavy, self.today + days, above, below)
        if still < FEW:
            self.asked_again = days + AGAIN
        return max(1, still)

    def _calm(
        self, pairs: Sequence[tuple[float, float]], middle: float, heavy: float, day: int, above: float, below: float
    ) -> int:
        """For how many days the score cannot rise by `above` points, nor fall by `below`."""
        rises, falls, moves, sinks = self._paces(pairs, middle, heavy, day)
        fastest = max([_pace(one) for one in self.evidence])
        for step in STEPS:
            stretch = math.exp(fastest * step)
            up, down = (rises + moves) * stretch, (falls + moves + sinks) * stretch
            if up * step <= above and down * step <= below:
                return LOOK_AHEAD if not up and not down else step
        return min(int(above / up) if up else step, int(below / down) if down else step)

    def _paces(
        self, pairs: Sequence[tuple[float, float]], middle: float, heavy: float, day: int
    ) -> tuple[float, float, float, float]:
        """Points a day: by which it may rise and fall as weights fade, move either way, and sink by a late touch."""
        gap = moves = sinks = 0.0
        slowest, fastest = [math.inf, math.inf], [0.0, 0.0]
        for one, (counts, value) in zip(self.evidence, pairs, strict=True):
            pace = _pace(one)
            if one.input is Input.TOUCH:
                age = day - one.on.toordinal()
                if one.fades <= age < 3 * one.fades:
                    sinks = 100 * counts / heavy / (2 * one.fades)
            elif one.lasting:
                # Its weight is full, but its value moves as what fades beside it does.
                moves = 25 * counts / heavy * pace * abs(one.value - one.lasting_value)
                pace = 0.0
            if value == middle:
                continue
            side = int(value > middle)
            if side:
                gap += counts * (value - middle)
            fastest[side] = max(fastest[side], pace)
            slowest[side] = min(slowest[side], pace if counts < one.weight else 0.0)
        gap *= 100 / heavy
        return gap * max(0.0, fastest[0] - slowest[1]), gap * max(0.0, fastest[1] - slowest[0]), moves, sinks


def _pace(one: Evidence) -> float:
    return 0.0 if one.input is Input.TOUCH else _LN2 / one.fades


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

    def still(self, days: int, course: _Course) -> int:
        """For how many days after that one it is said as today; 0 when on that day it may not be."""
        young = self._young(days)
        if young is None:
            return 0
        above = 2 * (course.exact - young) - self.points
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
