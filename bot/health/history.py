"""The scores of the days before: a row for each day on which a score, or what it was made with, changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.scope import within
from bot.db.upsert import insert_for
from bot.health.rules.score_history import Point
from bot.models import Account, ScorePoint


def points_since(
    session: Session, workspace_id: int, account_ids: Sequence[int], since: date
) -> dict[int, list[Point]]:
    """Each account's points after `since` and the one that stood then, oldest first."""
    before = (
        select(func.max(ScorePoint.day))
        .where(ScorePoint.account_id == Account.id, ScorePoint.day <= since)
        .correlate(Account)
        .scalar_subquery()
    )
    rows = session.execute(
        select(ScorePoint.account_id, ScorePoint.day, ScorePoint.score, ScorePoint.weights)
        .select_from(Account)
        .join(ScorePoint, (ScorePoint.account_id == Account.id) & (ScorePoint.day >= func.coalesce(before, since)))
        .where(within(Account.workspace_id, workspace_id), Account.id.in_(account_ids))
        .order_by(ScorePoint.account_id, ScorePoint.day)
    )
    points: dict[int, list[Point]] = defaultdict(list)
    for account_id, day, score, weights in rows:
        points[account_id].append(Point(day, score, weights))
    return points


def write(session: Session, workspace_id: int, points: dict[int, tuple[Point, int]]) -> None:
    """Keep one point and its confidence for each account; a later one of the same day takes its place."""
    if not points:
        return
    insert = insert_for(session, ScorePoint.__table__)
    kept = {name: insert.excluded[name] for name in ("score", "confidence", "weights")}
    rows: list[dict[str, Any]] = [
        {
            "workspace_id": workspace_id,
            "account_id": account_id,
            "day": point.day,
            "score": point.score,
            "confidence": confidence,
            "weights": point.weights,
        }
        for account_id, (point, confidence) in sorted(points.items())
    ]
    statement = insert.on_conflict_do_update(index_elements=["account_id", "day"], set_=kept)
    session.connection().execute(statement, rows)
