"""How good calls were, once their renewals are decided: Brier score, bias, and the base rate beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.policy import Policy
from bot.renewals.rules.stages import Forecast

MARKS = (90, 60, 30)
"""Days before a deadline at which a call is scored as it stood then."""

LEAST_CALLS = 30
"""Fewer scored calls say too little."""

LEAST_PEOPLE = 2
"""Fewer people's calls are no team's figure: they would be one person's own."""


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One call of a renewal: the day of it, its class (None took it back), and the member who made it."""

    on: date
    forecast: Forecast | None
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A call as it stood at a mark, as the probability (0–1) it stands for, and what became of the renewal.

    `computed` is the probability of the class that was computed on that day, None where none was kept.
    """

    chance: float
    renewed: bool
    by_id: int | None = None
    computed: float | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Of `count` calls by `people` members: each figure is 0–1, `bias` −1 to 1.

    `base_rate` is the share that was renewed, and `base_brier` what saying that share each time would have scored.
    `computed_count` calls have a computed class beside them, whose score is `computed_brier`.
    """

    count: int
    people: int
    brier: float
    bias: float
    base_rate: float
    base_brier: float
    computed_count: int
    computed_brier: float | None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough calls to say anything."""
        return self.count >= LEAST_CALLS


def chance_of(forecast: Forecast, policy: Policy) -> float:
    """The probability (0–1) that a class stands for.

    The defaults of the policy (90, 75, 50 and 20 %) are round numbers of ours: no study gives any for renewals. A
    workspace sets its own, from the share of each class that it has seen renewed.
    """
    return float(getattr(policy, f"forecast_{forecast}_percent")) / 100


def standing(calls: Sequence[MadeCall], deadline: date, mark: int, decided_on: date) -> MadeCall | None:
    """The call as it stood so many days before the deadline: the last one made until the end of that day.

    `calls` are in the order in which they were made. None when there was none, when it had been taken back, and when
    the renewal was decided by then: that is no forecast.
    """
    day = deadline - timedelta(days=mark)
    if decided_on <= day:
        return None
    last = next((one for one in reversed(calls) if one.on <= day), None)
    return last if last is not None and last.forecast is not None else None


def scores(calls: Sequence[Scored]) -> Scores | None:
    """The scores of some calls; None of none.

    Brier = mean of (chance − outcome)², with 1 for renewed and 0 for lost: 0 is perfect, 0.25 what 50 % each time gives
    (G. W. Brier, Monthly Weather Review 78, 1950, in the usual form for two outcomes). Bias = mean chance − share
    renewed: above 0 is too hopeful. Base rate r: saying r each time scores r (1 − r).
    """
    if not calls:
        return None
    rate = _mean([float(one.renewed) for one in calls])
    beside = [(one.computed, one.renewed) for one in calls if one.computed is not None]
    return Scores(
        count=len(calls),
        people=len({one.by_id for one in calls if one.by_id is not None}),
        brier=_mean([(one.chance - one.renewed) ** 2 for one in calls]),
        bias=_mean([one.chance for one in calls]) - rate,
        base_rate=rate,
        base_brier=rate * (1 - rate),
        computed_count=len(beside),
        computed_brier=_mean([(chance - renewed) ** 2 for chance, renewed in beside]) if beside else None,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
