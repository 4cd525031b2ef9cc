"""The second key: the class that the figures give a renewal, beside what people call it. The two are never averaged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.policy import Policy
from bot.health.rules.score import Band
from bot.renewals.rules.stages import Forecast, Stage, is_unsigned

SILENT_DAYS = 60
"""After so many days without a touch the computed class is two worse; after the policy's days of evidence, one."""

NEAR_DAYS = 30
"""So near a deadline, in days, a renewal that nobody has begun is one class worse."""

STALE_HEALTH_DAYS = 90
"""A health score that has learnt nothing for longer counts as not known."""

SURE = (Forecast.AT_RISK, Forecast.BEST_CASE, Forecast.PROBABLE, Forecast.COMMIT)
"""The classes from the least sure to the surest."""

_BY_HEALTH = {Band.POOR: 0, Band.FAIR: 1, Band.GOOD: 2}
_BY_STAGE = {Stage.PROPOSED: 1, Stage.NEGOTIATING: 1, Stage.APPROVAL: 2}


@dataclass(frozen=True, slots=True)
class Known:
    """What the computed class goes by, on a day.

    `days_left` until the deadline. `score` is 0–100 with its `band`, both None where too little is known for one;
    `score_age` the days since it last learnt anything. `touch_age` are the days since the last touch or health
    check, `heard_age` those since a pulse in which they were heard; None: never.
    """

    stage: Stage
    days_left: int
    score: int | None = None
    band: Band | None = None
    score_age: int | None = None
    touch_age: int | None = None
    heard_age: int | None = None

    @property
    def evidence_age(self) -> int | None:
        """Days since the newest contact or pulse heard; None when there never was one."""
        return min((age for age in (self.touch_age, self.heard_age) if age is not None), default=None)


class KeyReason(StrEnum):
    """One reason for the computed class; forecast/messages.py has its words."""

    SIGNED = "signed"
    HEALTH = "health"
    HEALTH_UNKNOWN = "health_unknown"
    HEALTH_STALE = "health_stale"
    STAGE = "stage"
    NOT_BEGUN = "not_begun"
    SILENT = "silent"
    NEVER_TOUCHED = "never_touched"


@dataclass(frozen=True, slots=True)
class SecondKey:
    """The computed class, and what made it so: first what speaks against the renewal, then what speaks for it."""

    forecast: Forecast
    reasons: tuple[KeyReason, ...]


def second_key(known: Known, policy: Policy) -> SecondKey:
    """The class that the figures give, of the same four as the call.

    sureness = health (poor 0, fair or not known 1, good 2) + stage (proposed, negotiating 1, waiting for approval 2)
    − 1 when nobody has begun within NEAR_DAYS of the deadline − silence (no touch for more than
    `forecast_evidence_days`: 1, for more than SILENT_DAYS, or never: 2), kept within 0–3; 0 is at risk, 3 commit. Poor
    health is best case at most, and without a touch or a pulse heard within `forecast_evidence_days` there is no
    commit. What is signed is commit. The weights are ours: each step can be said in one reason, and scoring both keys
    over a year shows whether they are any good.
    """
    if not is_unsigned(known.stage):
        return SecondKey(Forecast.COMMIT, (KeyReason.SIGNED,))
    against: list[KeyReason] = []
    plus: list[KeyReason] = []
    is_stale = known.score_age is not None and known.score_age > STALE_HEALTH_DAYS
    band = None if is_stale else known.band
    sure = 1 if band is None else _BY_HEALTH[band]
    if band is Band.GOOD:
        plus.append(KeyReason.HEALTH)
    else:
        unknown = KeyReason.HEALTH_STALE if is_stale and known.band else KeyReason.HEALTH_UNKNOWN
        against.append(KeyReason.HEALTH if band else unknown)
    silent = silence(known, policy)
    if silent:
        against.append(KeyReason.NEVER_TOUCHED if known.touch_age is None else KeyReason.SILENT)
    sure -= silent
    if known.stage is Stage.UPCOMING and known.days_left <= NEAR_DAYS:
        against.append(KeyReason.NOT_BEGUN)
        sure -= 1
    if lift := _BY_STAGE.get(known.stage, 0):
        plus.append(KeyReason.STAGE)
        sure += lift
    most = 1 if band is Band.POOR else 3 if is_evident(known, policy) else 2
    return SecondKey(SURE[max(0, min(sure, most))], (*against, *plus))


def silence(known: Known, policy: Policy) -> int:
    """How many classes the time since the last touch takes: 0, 1 or 2."""
    if known.touch_age is None or known.touch_age > max(SILENT_DAYS, policy.forecast_evidence_days):
        return 2
    return 1 if known.touch_age > policy.forecast_evidence_days else 0


def is_evident(known: Known, policy: Policy) -> bool:
    """Whether there is evidence young enough to carry a commit."""
    age = known.evidence_age
    return age is not None and age <= policy.forecast_evidence_days


def apart(one: Forecast, other: Forecast) -> int:
    """How many classes lie between two: 0 for the same, 3 between commit and at risk."""
    return abs(SURE.index(one) - SURE.index(other))
