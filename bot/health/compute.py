"""Scores made anew for a page of accounts: read, scored, and written where something changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.core.calendar import local_date
from bot.core.policy import Policy
from bot.db.scope import within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.health import inputs, stored
from bot.health.rules import score as health_score
from bot.health.rules.score import Observation, Score
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
from bot.models import Account, AccountHealth
from bot.workspace import context

_COLUMNS = ("score", "confidence", "inputs", "weights", "alerted_on", "alerted_score", "computed_at")


@dataclass(frozen=True, slots=True)
class Computed:
    """One account's score before and after, whether other weights made it, and the fall its owner must hear of."""

    account_id: int
    before: int | None
    score: int | None
    is_reweighed: bool
    fall: Fall | None


def rescore(work: Work, account_ids: Sequence[int]) -> list[Computed]:
    """Score these accounts as of `now`; returns those whose row had to be written, by id."""
    ws = context.of(work)
    rows = work.session.execute(
        select(Account.id, Account.tier)
        .where(within(Account.workspace_id, work.workspace_id), Account.id.in_(account_ids))
        .order_by(Account.id)
    )
    policies = {account_id: ws.policies.of(tier) for account_id, tier in rows}
    if not policies:
        return []
    known = inputs.load(work, policies, ws.zone)
    stood = stored.load(work, list(policies))
    today = local_date(work.now, ws.zone)
    longest = max(max(p.score_change_days, p.score_fall_days) for p in policies.values())
    points = stored.points_since(work, list(policies), today - timedelta(days=longest))
    made = [
        _Made.of(account_id, known[account_id], stood.get(account_id), points.get(account_id, []), today, policy)
        for account_id, policy in policies.items()
    ]
    written = [one for one in made if one.is_changed]
    _write(work, written)
    stored.write(work, {m.account_id: (m.point, m.score.confidence) for m in made if m.is_point})
    return [m.rescored for m in written]


@dataclass(frozen=True, slots=True)
class _Made:
    account_id: int
    policy: Policy
    stood: StoredScore | None
    last: Point | None
    point: Point
    score: Score
    kept: Mapping[str, Any]
    alert: Alert | None
    fall: Fall | None

    @classmethod
    def of(
        cls,
        account_id: int,
        seen: Sequence[Observation],
        stood: StoredScore | None,
        points: Sequence[Point],
        today: date,
        policy: Policy,
    ) -> _Made:
        score = health_score.score(seen, today, policy)
        point = Point(today, score.score, health_score.weights_digest(policy))
        alert = stood.alert if stood else None
        fell = fall(points, score.score, point.weights, today, policy, alert)
        if fell is not None and stood is not None and any(part.input not in stood.known for part in score.parts):
            # Of what was not known then nobody can say that it was better then.
            alike = health_score.score(only_comparable(seen, stood.known, fell.since), today, policy)
            if fall(points, alike.score, point.weights, today, policy, alert) is None:
                fell, alert = None, Alert(today, None)
        moved: ScoreChange | None = change(points, score.score, point.weights, today, policy)
        moved = with_age(moved, seen, today, policy)
        return cls(
            account_id,
            policy,
            stood,
            points[-1] if points else None,
            point,
            score,
            stored.kept(score, moved, today, policy),
            _alert_after(alert, fell, score.score, today),
            fell,
        )

    @property
    def is_changed(self) -> bool:
        return self.stood != self.row

    @property
    def is_point(self) -> bool:
        if self.last is None:
            return self.score.score is not None
        return (self.last.score, self.last.weights) != (self.point.score, self.point.weights)

    @property
    def row(self) -> StoredScore:
        on, at = (self.alert.on, self.alert.score) if self.alert else (None, None)
        return StoredScore(self.score.score, self.score.confidence, self.kept, self.point.weights, on, at)

    @property
    def rescored(self) -> Computed:
        before = self.stood.score if self.stood else None
        is_reweighed = self.stood is not None and self.stood.weights != self.point.weights
        return Computed(self.account_id, before, self.score.score, is_reweighed, self.fall)


def _alert_after(alert: Alert | None, fell: Fall | None, score: int | None, today: date) -> Alert | None:
    if fell is not None:
        return Alert(today, fell.score)
    is_over = alert is not None and alert.score is not None and score is not None and score >= alert.score + RECOVERED
    return Alert(alert.on, None) if alert is not None and is_over else alert


def _write(work: Work, made: Sequence[_Made]) -> None:
    if not made:
        return
    insert = insert_for(work.session, AccountHealth.__table__)
    statement = insert.on_conflict_do_update(
        index_elements=["account_id"], set_={name: insert.excluded[name] for name in _COLUMNS}
    )
    rows = [
        {"workspace_id": work.workspace_id, "account_id": m.account_id, "computed_at": work.now, **m.row._asdict()}
        for m in made
    ]
    work.session.connection().execute(statement, rows)
