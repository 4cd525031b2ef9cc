"""What needs a manager's look in a call, when time alone may bring it, and what a hedge is asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.core.policy import Policy
from bot.forecast.rules.second_key import (
    NEAR_DAYS,
    SILENT_DAYS,
    STALE_HEALTH_DAYS,
    Known,
    SecondKey,
    apart,
    is_evident,
)
from bot.renewals.rules.stages import Forecast, Stage, is_unsigned

FAR_APART = 2
"""From so many classes between call and computed class on, the manager hears of it."""


class LearntSignKind(StrEnum):
    """What was learnt of a customer; forecast/messages.py has its words."""

    RED_PULSE = "red_pulse"
    ESCALATED = "escalated"
    LEAVING = "leaving"
    WORSE = "worse"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class LearntSign:
    """One thing learnt, when, and by which number it is known again, if it has one.

    `WORSE`, `BETTER`: the health score fell into another band, or rose to the best one.
    """

    kind: LearntSignKind
    at: datetime
    number: int = 0

    @property
    def occasion(self) -> str:
        """What tells it from every other sign of the renewal."""
        return f"{self.kind}:{self.number or self.at.date()}"


class CallCauseKind(StrEnum):
    """Why the manager hears of a call."""

    APART = "apart"
    OLDER = "older"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class CallCause:
    """One cause, and the occasion by which it is told once (at most 32 characters)."""

    kind: CallCauseKind
    occasion: str
    sign: LearntSign | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody called a renewal; `at` is when, or when it was last kept; None where that is not known."""

    number: int
    forecast: Forecast
    at: datetime | None = None


def causes(
    call: Call, key: SecondKey, known: Known, signs: Collection[LearntSign], policy: Policy, today: date
) -> list[CallCause]:
    """Why this call needs a manager's look now, in the order in which it is said.

    The keys are FAR_APART or more; something learnt after the call speaks against it (a red pulse, an escalated ticket,
    word of leaving, health that fell into a worse band; of a call of at risk: health that rose to good); or it is a
    commit without evidence of the last `forecast_evidence_days`. A renewal that is signed has none.
    """
    if not is_unsigned(known.stage):
        return []
    found = []
    if apart(call.forecast, key.forecast) >= FAR_APART:
        found.append(CallCause(CallCauseKind.APART, f"apart:{call.number}:{key.forecast}"))
    found += [CallCause(CallCauseKind.OLDER, sign.occasion, sign) for sign in later(call, signs)]
    if call.forecast is Forecast.COMMIT and not is_evident(known, policy):
        age = known.evidence_age
        since = "" if age is None else today - timedelta(days=age)
        found.append(CallCause(CallCauseKind.UNPROVEN, f"unproven:{call.number}:{since}"))
    return found


def later(call: Call, signs: Collection[LearntSign]) -> list[LearntSign]:
    """What was learnt after the call and speaks against it, oldest first; nothing where its day is not known."""
    if call.at is None:
        return []
    is_lowest = call.forecast is Forecast.AT_RISK
    against = [sign for sign in signs if (sign.kind is LearntSignKind.BETTER) == is_lowest and sign.at > call.at]
    return sorted(against, key=lambda sign: (sign.at, sign.kind, sign.number))


def days_to_next_look(known: Known, policy: Policy) -> int | None:
    """In how many days time alone can bring the manager a new cause; None: only something learnt can."""
    limits = [(known.touch_age, policy.forecast_evidence_days), (known.touch_age, SILENT_DAYS)]
    limits += [(known.score_age, STALE_HEALTH_DAYS), (known.evidence_age, policy.forecast_evidence_days)]
    ahead = [limit + 1 - age for age, limit in limits if age is not None and age <= limit]
    if known.stage is Stage.UPCOMING and known.days_left > NEAR_DAYS:
        ahead.append(known.days_left - NEAR_DAYS)
    return min(ahead, default=None)


class CallAsk(StrEnum):
    """What a call is asked for, so many days before the deadline."""

    DECISION = "decision"
    PLAN = "plan"


def ask_of(call: Forecast, has_dated_step: bool) -> CallAsk | None:
    """A hedge ("best case") asks for a decision, at risk for a plan with a date, unless the account has one."""
    if call is Forecast.BEST_CASE:
        return CallAsk.DECISION
    return CallAsk.PLAN if call is Forecast.AT_RISK and not has_dated_step else None
