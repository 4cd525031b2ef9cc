"""A score through time: how it changed, when its owner must hear of a fall, and what is only a change of weights.

Only points made with the same weights are compared. Where the weights changed, the history begins anew, so that
nobody reads other weights as another customer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.core.policy import Policy
from bot.health.rules.score import Input, Observation, gather, is_lower_band, mass, total

RECOVERED = 5
"""Points above an alert's score from which its fall is over; less is a score that wavers around a limit."""

HAPPENS = frozenset({Input.SUPPORT, Input.PROMISES, Input.CHURN})
"""Inputs made of what happens. A first check and a first pulse tell how it was already; a first ticket is news."""


class Aged(StrEnum):
    """Why a score rose although nothing good was learnt: old answers expired, or count for less than they did."""

    EXPIRED = "expired"
    FADED = "faded"


class Point(Struct, frozen=True, gc=False):
    """The score from `day` on, until the next point. `weights` is rules.score.weights_digest of what made it."""

    day: date
    score: int | None
    weights: str


class ScoreChange(Struct, frozen=True, gc=False):
    """How many points a score moved in how many days. `reweighed`: it is counted since the weights changed.

    `aged`: it rose for no better reason than that old answers have grown older.
    """

    points: int
    days: int
    reweighed: bool = False
    aged: Aged | None = None


class Alert(Struct, frozen=True, gc=False):
    """The last alert of a fall: the day, and the score as long as that fall is not over.

    Without a score it only says that what lies before that day is no measure of what comes after it.
    """

    on: date
    score: int | None


class Fall(Struct, frozen=True, gc=False):
    """A fall its owner must hear of: from the score that stood on `since` to the score now."""

    score: int
    before: int
    since: date


def comparable(points: Sequence[Point], weights: str) -> Sequence[Point]:
    """The newest points, oldest first, that were made with these weights and since which the score was always known."""
    start = len(points)
    while start and points[start - 1].weights == weights and points[start - 1].score is not None:
        start -= 1
    return points[start:]


def only_comparable(seen: Iterable[Observation], known: Collection[Input], since: date) -> list[Observation]:
    """What may be held against a score of the day `since` that knew the inputs `known`.

    Learning of something is not the customer falling: an input that was not known then is left out, but for what has
    happened from that day on.
    """
    return [o for o in seen if o.input in known or (o.input in HAPPENS and o.began >= since)]


def change(points: Sequence[Point], score: int | None, weights: str, today: date, policy: Policy) -> ScoreChange | None:
    """How the score of `today` differs from the one `score_change_days` before, or from the first one there is.

    `points` come oldest first. None while there is nothing to compare it with.
    """
    window = today - timedelta(days=policy.score_change_days)
    alike = [p for p in comparable(points, weights) if p.day < today]
    if score is None or not alike:
        return None
    base = _standing(alike, window) or alike[0]
    assert base.score is not None
    began_anew = base.day > window and any(p.weights != weights for p in points)
    return ScoreChange(score - base.score, (today - max(base.day, window)).days, began_anew)


def with_age(
    change: ScoreChange | None, seen: Sequence[Observation], today: date, policy: Policy
) -> ScoreChange | None:
    """The change, which says so when at least half of a rise came of old answers that expired or faded.

    `seen` is what is known, with what has expired meanwhile. It is scored once more as if what was known on the first
    day had not grown older since: what the score is above that, age alone has made. A touch only grows worse with age.
    """
    if change is None or change.points <= 0:
        return change
    days = timedelta(days=change.days)
    old = [o for o in seen if o.input is not Input.TOUCH and o.since is None and o.on <= today - days]
    kept = {id(o) for o in old}
    as_then = [replace(o, on=o.on + days) if id(o) in kept else o for o in seen]
    now, young = (total(gather(signs, today, policy), today, policy).exact for signs in (seen, as_then))
    if now is None or young is None or 2 * (now - young) < change.points:
        return change
    gone = any(o.value < 1 and mass(o, today - days, policy) > 0 and mass(o, today, policy) == 0 for o in old)
    return replace(change, aged=Aged.EXPIRED if gone else Aged.FADED)


def fall(
    points: Sequence[Point], score: int | None, weights: str, today: date, policy: Policy, alert: Alert | None = None
) -> Fall | None:
    """The fall that the owner must hear of now, if there is one; each is told once.

    A score falls when it loses `score_fall` points within `score_fall_days` or crosses a band downwards. What lies
    before the last alert was told with it.
    """
    alike = [p for p in comparable(points, weights) if p.day <= today]
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
    stands = alert is not None and alert_stands(alert, score, policy)
    told_at = alert.score if alert is not None and stands else None
    best = highest.score if highest else None
    if not is_fall(score, best, last.score, told_at, policy):
        return None
    from_point = highest if highest is not None and (highest.score or 0) > score else last
    assert from_point.score is not None
    return Fall(score, from_point.score, max(from_point.day, window))


def is_fall(now: int, before: int | None, last: int | None, alerted_at: int | None, policy: Policy) -> bool:
    """Whether the owner must hear that a score fell, once per fall.

    `before` is the best score of the last `score_fall_days`, `last` the newest point in the history before today: a
    fall is `score_fall` points below the one or a band below the other. `alerted_at` is the score of an alert that
    still stands; only a lower band than that speaks again.
    """
    fell = before is not None and before - now >= policy.score_fall
    crossed = last is not None and is_lower_band(now, last, policy)
    if not (fell or crossed):
        return False
    return alerted_at is None or is_lower_band(now, alerted_at, policy)


def alert_stands(alert: Alert, score: int, policy: Policy) -> bool:
    """Whether the fall of an alert is still the same fall.

    It is over once the score has risen `RECOVERED` points above the alert's; and `score_fall` points below the alert's
    are another fall, however soon they are lost.
    """
    if alert.score is None or score >= alert.score + RECOVERED:
        return False
    return alert.score - score < policy.score_fall


def is_recovered(before: int, score: int, policy: Policy) -> bool:
    """Whether a fall from `before` that nobody was told of yet is none any more: few points are missing, no band."""
    return before - score < policy.score_fall and not is_lower_band(score, before, policy)


def _standing(points: Sequence[Point], day: date) -> Point | None:
    """The point that stood on a day."""
    until = [p for p in points if p.day <= day]
    return until[-1] if until else None
