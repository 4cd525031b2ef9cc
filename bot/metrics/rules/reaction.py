"""How quickly people react: working hours until somebody acted, and whether an alert was acted on in time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median

from bot.core.calendar import is_working_day, local_moment
from bot.core.hours import Hours
from bot.core.labelled import Labelled

WORKING_DAYS = 2
"""Within so many of the owner's working days after the day of an alert somebody should have acted."""

_MIDNIGHT = time()


class Alerted(Labelled):
    """The rule by which an alert came."""

    RUNG = "rung", "reminders"
    UNCLAIMED = "unclaimed", "nobody on it"
    STUCK = "stuck", "stage unmoved"
    QUIET = "quiet", "silence"
    OVERDUE = "overdue", "overdue"
    UNPAID = "unpaid", "unpaid"
    PULSE_RED = "pulse_red", "red pulses"
    PULSE_STEP = "pulse_untouched", "red pulses without a step"
    CHECK = "health_prompt", "health checks asked for"
    SCORE = "health_alert", "falls of the score"


@dataclass(frozen=True, slots=True)
class Reaction:
    """Of the alerts of one rule: how many had their two working days, how many of those were acted on in time.

    `since`: the first day of which alerts of this kind are still known, where that is later than the window's.
    """

    rule: Alerted
    alerts: int
    acted_on: int
    since: date | None = None


@dataclass(frozen=True, slots=True)
class FirstClaims:
    """Renewals whose first reminder came in the window: those taken on after it, before it, and not at all.

    `hours`: median and p90 of the working hours that the first waited; None of none.
    """

    after: int
    before: int
    never: int
    hours: tuple[float, float] | None


_STEPS = (Alerted.UNCLAIMED, Alerted.STUCK, Alerted.QUIET, Alerted.OVERDUE, Alerted.UNPAID)


def rule_of_step(step: str) -> Alerted | None:
    """The rule of a step of escalation as it is kept ("unclaimed_owner", "overdue_7"); None for what is no alert."""
    name = step.partition("_")[0]
    return Alerted(name) if name in _STEPS else None


def act_by(alerted_at: datetime, hours: Hours) -> datetime:
    """The moment by which somebody should have acted: the end of the second working day after the day of an alert."""
    last = hours.working_days_after(hours.day(alerted_at), WORKING_DAYS)
    return local_moment(last + timedelta(days=1), _MIDNIGHT, hours.zone)


@dataclass(slots=True)
class WatchedAlert:
    """An alert that came `at` and should have been acted on before `by`; of a renewal, or of its account as a whole."""

    rule: Alerted
    at: datetime
    by: datetime
    renewal_id: int | None = None
    is_acted_on: bool = False


def act(alerts: Sequence[WatchedAlert], at: datetime, renewal_id: int | None = None) -> None:
    """Somebody acted: mark those of an account's alerts, in order of their moments, that this answers in time.

    What was done about one renewal answers no alert of another; what was done about the account answers all.
    """
    for alert in reversed(alerts[: bisect_right(alerts, at, key=_came_at)]):
        if alert.by <= at:
            break
        if renewal_id is None or alert.renewal_id in (None, renewal_id):
            alert.is_acted_on = True


def _came_at(alert: WatchedAlert) -> datetime:
    return alert.at


def working_hours(hours: Hours, since: datetime, until: datetime) -> float:
    """The hours from one moment to another during which somebody was at work; 0 when the second is not later."""
    total = timedelta()
    day, last = hours.day(since), hours.day(until)
    while day <= last:
        if is_working_day(day, hours.days_off):
            for span in hours.week[day.weekday()]:
                begins = max(since, local_moment(day, span.start, hours.zone))
                ends = min(until, local_moment(day, span.end, hours.zone))
                total += max(ends - begins, timedelta())
        day += timedelta(days=1)
    return total / timedelta(hours=1)


def median_and_p90(values: Sequence[float]) -> tuple[float, float] | None:
    """The median, and the smallest value that nine of ten do not exceed (nearest rank); None of nothing."""
    if not values:
        return None
    return median(values), sorted(values)[ceil(len(values) * 0.9) - 1]
