"""A score through time: how it changed, when its owner must hear of a fall, and what is only a change of weights.

Only points made with the same weights are compared. Where the weights changed, the history begins anew, so that
nobody reads other weights as another customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.rules.policy import Policy
from bot.rules.score import is_fall

RECOVERED = 5
"""Points above an alert's score from which its fall is over; less is a score that wavers around a limit."""


@dataclass(frozen=True, slots=True)
class Point:
    """The score from `day` on, until the next point. `weights` is rules.score.weights_digest of what made it."""

    day: date
    score: int | None
    weights: str


@dataclass(frozen=True, slots=True)
class Change:
    """How many points a score moved in how many days. `reweighed`: it is counted since the weights changed."""

    points: int
    days: int
    reweighed: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """The last alert of a fall: the day, and the score as long as that fall is not over."""

    on: date
    score: int | None


@dataclass(frozen=True, slots=True)
class Fall:
    """A fall its owner must hear of: from the score that stood on `since` to the score now."""

    score: int
    before: int
    since: date


def comparable(points: Sequence[Point], weights: str) -> Sequence[Point]:
    """The newest points, oldest first, that were made with these weights."""
    start = len(points)
    while start and points[start - 1].weights == weights:
        start -= 1
    return points[start:]


def change(points: Sequence[Point], score: int | None, weights: str, today: date, policy: Policy) -> Change | None:
    """How the score of `today` differs from the one `score_change_days` before, or from the first one there is.

    `points` come oldest first. None while there is nothing to compare it with.
    """
    window = today - timedelta(days=policy.score_change_days)
    alike = [p for p in comparable(points, weights) if p.score is not None and p.day < today]
    if score is None or not alike:
        return None
    base = _standing(alike, window) or alike[0]
    assert base.score is not None
    began_anew = base.day > window and any(p.weights != weights for p in points)
    return Change(score - base.score, (today - max(base.day, window)).days, began_anew)


def fall(
    points: Sequence[Point], score: int | None, weights: str, today: date, policy: Policy, alert: Alert | None = None
) -> Fall | None:
    """The fall that the owner must hear of now, if there is one; each is told once.

    A score falls when it loses `score_fall` points within `score_fall_days` or crosses a band downwards. What lies
    before the last alert was told with it.
    """
    alike = [p for p in comparable(points, weights) if p.score is not None and p.day <= today]
    if score is None or not alike:
        return None
    window = today - timedelta(days=policy.score_fall_days)
    if alert is not None:
        window = max(window, alert.on)
    standing = _standing(alike, window)
    recent = [p for p in alike if p.day > window] + ([standing] if standing else [])
    highest = max(recent, key=lambda p: (p.score or 0, p.day), default=None)
    earlier = [p for p in alike if p.day < today] or alike
    last = earlier[-1]
    stands = alert is not None and alert_stands(alert, score, today, policy)
    told_at = alert.score if alert is not None and stands else None
    best = highest.score if highest else None
    if not is_fall(score, best, last.score, told_at, policy):
        return None
    from_point = highest if highest is not None and (highest.score or 0) > score else last
    assert from_point.score is not None
    return Fall(score, from_point.score, max(from_point.day, window))


def alert_stands(alert: Alert, score: int, today: date, policy: Policy) -> bool:
    """Whether the fall of an alert is still the same fall.

    It is over once the score has risen `RECOVERED` points above the alert's, and a loss of `score_fall` points more,
    later than `score_fall_days` after it, is another fall.
    """
    if alert.score is None or score >= alert.score + RECOVERED:
        return False
    is_later = (today - alert.on).days > policy.score_fall_days
    return not (is_later and alert.score - score >= policy.score_fall)


def _standing(points: Sequence[Point], day: date) -> Point | None:
    """The point that stood on a day."""
    until = [p for p in points if p.day <= day]
    return until[-1] if until else None
