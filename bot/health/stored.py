"""Stored scores: how a score stands in its table and is read back on another day, and those of the days before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, tuple_, update

from bot.core.policy import Policy
from bot.db.bulk import run_many
from bot.db.scope import within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.health.rules.score import Input, Part, Score, rounded, touch_value
from bot.health.rules.score_history import Aged, Alert, Point, ScoreChange
from bot.models import Account, AccountHealth, ScorePoint


class StoredScore(NamedTuple):
    """One account's row: the score, its confidence, what made it, and the last alert of a fall."""

    score: int | None
    confidence: int
    inputs: Mapping[str, Any]
    weights: str
    alerted_on: date | None
    alerted_score: int | None

    @property
    def known(self) -> set[Input]:
        """The inputs that were known."""
        return {Input(part["input"]) for part in self.inputs.get("parts", ())}

    @property
    def alert(self) -> Alert | None:
        """The last alert, if there was one."""
        return None if self.alerted_on is None else Alert(self.alerted_on, self.alerted_score)


def load(work: Work, account_ids: Sequence[int]) -> dict[int, StoredScore]:
    """The rows of these accounts; those never scored are left out."""
    rows = work.session.execute(
        select(AccountHealth.account_id, *(getattr(AccountHealth, name) for name in StoredScore._fields)).where(
            within(AccountHealth.workspace_id, work.workspace_id), AccountHealth.account_id.in_(account_ids)
        )
    )
    return {account_id: StoredScore._make(values) for account_id, *values in rows}


def set_alerts(work: Work, alerts: Mapping[int, Alert | None]) -> None:
    """Keep what the owners of these accounts were told last; None where there was nothing to tell in the end."""
    rows = [
        {"of": work.workspace_id, "account": account_id, "on": alert and alert.on, "told": alert and alert.score}
        for account_id, alert in alerts.items()
    ]
    run_many(work.session, _SET_ALERT, rows)


def set_next_changes(work: Work, days: Mapping[int, date | None]) -> None:
    """Keep on which day each of these scores changes next by itself."""
    rows = [{"of": work.workspace_id, "account": account_id, "on": day} for account_id, day in days.items()]
    run_many(work.session, _SET_NEXT, rows)


def due_tonight(work: Work, account_ids: Sequence[int]) -> None:
    """Have these accounts scored in the next night, whenever their scores were to change."""
    set_next_changes(work, dict.fromkeys(account_ids, AT_ONCE))


def due(work: Work, today: date, after: tuple[date, int], size: int) -> list[tuple[date, int]]:
    """The next active accounts, at most `size`, whose scores change until today: (day, account id), in this order."""
    rows = work.session.execute(
        work.select(AccountHealth.next_change_on, AccountHealth.account_id)
        .join(Account, Account.id == AccountHealth.account_id)
        .where(
            AccountHealth.next_change_on <= today,
            tuple_(AccountHealth.next_change_on, AccountHealth.account_id) > after,
            Account.is_active.is_(True),
        )
        .order_by(AccountHealth.next_change_on, AccountHealth.account_id)
        .limit(size)
    )
    return [(day, account_id) for day, account_id in rows]


def never_scored(work: Work, after: int, until: int, size: int) -> list[int]:
    """Active accounts without a score's row, at most `size`, whose ids lie behind `after` and up to `until`."""
    is_scored = select(AccountHealth.id).where(AccountHealth.account_id == Account.id).exists()
    mine = within(Account.workspace_id, work.workspace_id)
    between = (Account.id > after, Account.id <= until)
    found = select(Account.id).where(mine, *between, Account.is_active.is_(True), ~is_scored)
    return list(work.session.scalars(found.order_by(Account.id).limit(size)))


AT_ONCE = date(1970, 1, 1)
"""A day that is past for whoever looks: what bears it is due."""

_C = AccountHealth.__table__.c
_SET_ALERT = (
    update(AccountHealth.__table__)  # type: ignore[arg-type]
    .where(within(_C.workspace_id, bindparam("of")), _C.account_id == bindparam("account"))
    # Against another alert the same score may be another fall.
    .values(alerted_on=bindparam("on"), alerted_score=bindparam("told"), next_change_on=AT_ONCE)
)
_SET_NEXT = (
    update(AccountHealth.__table__)  # type: ignore[arg-type]
    .where(within(_C.workspace_id, bindparam("of")), _C.account_id == bindparam("account"))
    .values(next_change_on=bindparam("on"))
)


def kept(score: Score, change: ScoreChange | None, today: date, policy: Policy) -> dict[str, Any]:
    """What the row keeps of a score. Days instead of ages and whole points: it changes only when the score does.

    A change over the policy's whole stretch of days has no day of its own to begin with; it moves along.
    """
    return {
        "parts": [
            {
                "input": part.input,
                "points": round(part.points),
                "on": str(today - timedelta(days=part.age)),
                "count": part.count,
                "code": part.code,
                "low": part.is_low,
                # How long ago a touch is says how good it is, on whatever day it is read.
                **({} if part.input is Input.TOUCH else {"value": part.value, "number": part.number}),
                **({"quote": part.quote} if part.quote else {}),
                **({} if part.lasting is None else {"since": str(today - timedelta(days=part.lasting))}),
            }
            for part in score.parts
        ],
        "missing": list(score.missing),
        "change": change and _kept_change(change, today, policy),
    }


def score_of(standing: StoredScore, today: date, policy: Policy) -> Score:
    """The score as it was kept, with the ages of today; the shares of its parts are not kept, and are 0."""
    parts = tuple(_part(part, today, policy) for part in standing.inputs.get("parts", ()))
    missing = tuple(Input(name) for name in standing.inputs.get("missing", ()))
    return Score(standing.score, standing.confidence, parts, missing)


def change_of(standing: StoredScore, today: date, policy: Policy) -> ScoreChange | None:
    """The change as it was kept, counted to today; None on the day on which a history begins."""
    change = standing.inputs.get("change")
    if not change:
        return None
    longest = policy.score_change_days
    days = (today - date.fromisoformat(change["since"])).days if change["since"] else longest
    aged = Aged(change["aged"]) if change.get("aged") else None
    if days <= 0:
        return None
    return ScoreChange(change["points"], min(days, longest), change["reweighed"], aged)


def _kept_change(change: ScoreChange, today: date, policy: Policy) -> dict[str, Any]:
    is_whole = change.days >= policy.score_change_days
    since = None if is_whole else str(today - timedelta(days=change.days))
    aged = {"aged": change.aged} if change.aged else {}
    return {"points": change.points, "since": since, "reweighed": change.reweighed, **aged}


def _part(kept: Mapping[str, Any], today: date, policy: Policy) -> Part:
    age = max(0, (today - date.fromisoformat(kept["on"])).days)
    is_touch = kept["input"] == Input.TOUCH
    return Part(
        input=Input(kept["input"]),
        value=rounded(100 * touch_value(age, policy)) if is_touch else kept["value"],
        points=kept["points"],
        share=0.0,
        age=age,
        count=kept["count"],
        code=kept["code"],
        number=age if is_touch else kept["number"],
        quote=kept.get("quote", ""),
        is_low=kept.get("low", True),
        lasting=(today - date.fromisoformat(kept["since"])).days if kept.get("since") else None,
    )


def points_since(work: Work, account_ids: Sequence[int], since: date) -> dict[int, list[Point]]:
    """Each account's points after `since` and the one that stood then, oldest first."""
    before = (
        select(func.max(ScorePoint.day))
        .where(ScorePoint.account_id == Account.id, ScorePoint.day <= since)
        .correlate(Account)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(ScorePoint.account_id, ScorePoint.day, ScorePoint.score, ScorePoint.weights)
        .select_from(Account)
        .join(ScorePoint, (ScorePoint.account_id == Account.id) & (ScorePoint.day >= func.coalesce(before, since)))
        .where(within(Account.workspace_id, work.workspace_id), Account.id.in_(account_ids))
        .order_by(ScorePoint.account_id, ScorePoint.day)
    )
    points: dict[int, list[Point]] = defaultdict(list)
    for account_id, day, score, weights in rows:
        points[account_id].append(Point(day, score, weights))
    return points


def write(work: Work, points: dict[int, tuple[Point, int]]) -> None:
    """Keep one point and its confidence for each account; a later one of the same day takes its place."""
    if not points:
        return
    insert = insert_for(work.session, ScorePoint.__table__)
    kept = {name: insert.excluded[name] for name in ("score", "confidence", "weights")}
    rows: list[dict[str, Any]] = [
        {
            "workspace_id": work.workspace_id,
            "account_id": account_id,
            "day": point.day,
            "score": point.score,
            "confidence": confidence,
            "weights": point.weights,
        }
        for account_id, (point, confidence) in sorted(points.items())
    ]
    statement = insert.on_conflict_do_update(index_elements=["account_id", "day"], set_=kept)
    work.session.connection().execute(statement, rows)
