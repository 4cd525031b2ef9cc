"""Scores made anew for a page of accounts: read, scored, and written where something changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Row, bindparam, select

from bot.core.calendar import local_date
from bot.core.policy import Policy
from bot.db.scope import among, within
from bot.db.work import Work
from bot.health import inputs, stored
from bot.health.rules.known import KnownSigns
from bot.health.rules.next_change import next_change_on
from bot.health.rules.score import gather, strands, total, weights_digest
from bot.health.rules.score_history import (
    RECOVERED,
    Alert,
    Fall,
    Point,
    ScoreChange,
    change,
    fall,
    only_comparable,
    with_age,
)
from bot.health.stored import StoredScore
from bot.models import Account
from bot.workspace import context


class Computed(NamedTuple):
    """One account's score before and after, whether other weights made it, and the fall its owner must hear of."""

    account_id: int
    before: int | None
    score: int | None
    is_reweighed: bool
    fall: Fall | None


def rescore(work: Work, account_ids: Sequence[int]) -> list[Computed]:
    """Score these accounts as of `now`; returns those whose row had to be written, by id."""
    ws = context.of(work)
    policies = {account_id: ws.policies.of(tier) for account_id, tier in tiers(work, account_ids)}
    if not policies:
        return []
    known = inputs.load(work, policies, ws.zone)
    stood = stored.load(work, list(policies))
    today = local_date(work.now, ws.zone)
    longest = max(max(p.score_change_days, p.score_fall_days) for p in inputs.different(policies))
    points = stored.points_since(work, list(policies), today - timedelta(days=longest))
    made = [
        Made.of(account_id, known[account_id], stood.get(account_id), points.get(account_id, []), today, policy)
        for account_id, policy in policies.items()
    ]
    written = [one for one in made if one.is_changed]
    stored.put(work, {one.account_id: (one.row, one.next_change_on) for one in written})
    stored.set_next_changes(work, {one.account_id: one.next_change_on for one in made if not one.is_changed})
    stored.write(work, {m.account_id: (m.point, m.row.confidence) for m in made if m.is_point})
    return [m.rescored for m in written]


def tiers(work: Work, account_ids: Collection[int]) -> Sequence[Row[int, str]]:
    """(id, tier) of these accounts, by id."""
    return work.rows(_TIERS, ids=list(account_ids)).all()


class Made(NamedTuple):
    """One account's score of a day: what its row held and is to hold, and the day from which it must be made again.

    `is_point`: the history goes on with another score.
    """

    account_id: int
    stood: StoredScore | None
    row: StoredScore
    point: Point
    is_point: bool
    fall: Fall | None
    next_change_on: date | None

    @classmethod
    def of(
        cls,
        account_id: int,
        known: KnownSigns,
        stood: StoredScore | None,
        points: Sequence[Point],
        today: date,
        policy: Policy,
    ) -> Made:
        """Make it out of what is known; `stood` is the row of before, `points` the history up to here."""
        seen = known.on(today, policy)
        evidence = gather(seen, today, policy)
        weighing = strands(evidence)
        score = total(evidence, today, policy, weighing)
        point = Point(today, score.score, weights_digest(policy))
        alert = stood.alert if stood else None
        fell = fall(points, score.score, point.weights, today, policy, alert)
        if fell is not None and stood is not None and any(one.input not in stood.known for one in evidence):
            # Of what was not known then nobody can say that it was better then.
            comparable = only_comparable(seen, stood.known, fell.since)
            alike = total(gather(comparable, today, policy), today, policy)
            if fall(points, alike.score, point.weights, today, policy, alert) is None:
                fell, alert = None, Alert(today, None)
        moved = with_age(change(points, score.score, point.weights, today, policy), seen, today, policy)
        if moved is None and score.score is not None:
            # The history begins today: tomorrow nothing has changed since.
            moved = ScoreChange(0, 0, any(p.weights != point.weights for p in points))
        is_point = _is_point(points[-1] if points else None, point)
        after = [*[p for p in points if p.day != today], point] if is_point else points
        alert = _alert_after(alert, fell, score.score, today)
        row = StoredScore(
            score.score,
            score.confidence,
            stored.kept(evidence, score.missing, moved, today, policy),
            point.weights,
            alert.on if alert else None,
            alert.score if alert else None,
        )
        next_on = next_change_on(known, seen, weighing, score, moved, after, today, policy)
        return cls(account_id, stood, row, point, is_point, fell, next_on)

    @property
    def is_changed(self) -> bool:
        """Whether the row is to hold something else than it does."""
        return self.stood != self.row

    @property
    def rescored(self) -> Computed:
        """What others are told of it."""
        before = self.stood.score if self.stood else None
        is_reweighed = self.stood is not None and self.stood.weights != self.point.weights
        return Computed(self.account_id, before, self.row.score, is_reweighed, self.fall)


_TIERS = (
    select(Account.id, Account.tier)
    .where(within(Account.workspace_id, bindparam("of")), among(Account.id))
    .order_by(Account.id)
)


def _is_point(last: Point | None, point: Point) -> bool:
    if last is None:
        return point.score is not None
    return (last.score, last.weights) != (point.score, point.weights)


def _alert_after(alert: Alert | None, fell: Fall | None, score: int | None, today: date) -> Alert | None:
    if fell is not None:
        return Alert(today, fell.score)
    is_over = alert is not None and alert.score is not None and score is not None and score >= alert.score + RECOVERED
    return Alert(alert.on, None) if alert is not None and is_over else alert
