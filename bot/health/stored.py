"""Stored scores: how a score stands in its table and is read back on another day, and those of the days before."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Date, Dialect, Text, TypeDecorator, bindparam, cast, func, select, tuple_, update

from bot.core.policy import Policy
from bot.db.bulk import run_many
from bot.db.scope import within
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.health.rules.score import Input, Part, Score, rounded, touch_value
from bot.health.rules.score_history import Aged, Alert, Point, ScoreChange
from bot.models import Account, AccountHealth, ScorePoint


class StoredScore(NamedTuple):
    """One account's row: the score, its confidence, what made it (JSON, as it stands), and the last alert of a fall."""

    score: int | None
    confidence: int
    inputs: str
    weights: str
    alerted_on: date | None
    alerted_score: int | None

    def read(self) -> Mapping[str, Any]:
        """What made it. A night compares thousands of rows and reads none."""
        return dict(json.loads(self.inputs))

    @property
    def known(self) -> set[Input]:
        """The inputs that were known."""
        return {Input(part["input"]) for part in self.read().get("parts", ())}

    @property
    def alert(self) -> Alert | None:
        """The last alert, if there was one."""
        return None if self.alerted_on is None else Alert(self.alerted_on, self.alerted_score)


def load(work: Work, account_ids: Sequence[int]) -> dict[int, StoredScore]:
    """The rows of these accounts; those never scored are left out."""
    rows = work.session.connection().execute(_LOAD, {"of": work.workspace_id, "ids": list(account_ids)})
    return {account_id: StoredScore._make(values) for account_id, *values in rows}


def put(work: Work, rows: Mapping[int, tuple[StoredScore, date | None]]) -> None:
    """Keep these rows, by account, each with the day on which it changes next by itself."""
    of, at = work.workspace_id, work.now
    values = [
        {"workspace_id": of, "account_id": account_id, "computed_at": at, "next_change_on": day, **row._asdict()}
        for account_id, (row, day) in rows.items()
    ]
    run_many(work.session, _put(dialect_of(work.session)), values)


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


class _Written(TypeDecorator[str]):
    """JSON that is text already."""

    impl = JSON
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        """It is handed on as it is."""
        return


@cache
def _put(dialect: str) -> Any:
    columns = (*StoredScore._fields, "next_change_on", "computed_at")
    insert = insert_into(AccountHealth.__table__, dialect)
    values: dict[str, Any] = {name: bindparam(name) for name in ("workspace_id", "account_id", *columns)}
    insert = insert.values({**values, "inputs": bindparam("inputs", type_=_Written)})
    return insert.on_conflict_do_update(
        index_elements=["account_id"], set_={name: insert.excluded[name] for name in columns}
    )


AT_ONCE = date(1970, 1, 1)
"""A day that is past for whoever looks: what bears it is due."""

_C = AccountHealth.__table__.c
_LOAD = select(
    _C.account_id, *(cast(_C.inputs, Text) if name == "inputs" else _C[name] for name in StoredScore._fields)
).where(within(_C.workspace_id, bindparam("of")), _C.account_id.in_(bindparam("ids", expanding=True)))
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


def kept(score: Score, change: ScoreChange | None, today: date, policy: Policy) -> str:
    """What the row keeps of a score. Days instead of ages and whole points: it changes only when the score does.

    A change over the policy's whole stretch of days has no day of its own to begin with; it moves along. Written out
    by hand, since a recount spends a tenth of its time on it otherwise.
    """
    parts, now = [], today.toordinal()
    for part in score.parts:
        said = (
            f'{{"input": "{part.input}", "points": {round(part.points)}, "on": "{_day(now - part.age)}",'
            f' "count": {part.count}, "code": {_quoted(part.code)}, "low": {_TRUTH[part.is_low]}'
        )
        if part.input is not Input.TOUCH:
            # How long ago a touch is says how good it is, on whatever day it is read.
            said += f', "value": {part.value}, "number": {"null" if part.number is None else part.number}'
        if part.quote:
            said += f', "quote": {_quoted(part.quote)}'
        if part.lasting is not None:
            said += f', "since": "{_day(now - part.lasting)}"'
        parts.append(said + "}")
    missing = ", ".join([f'"{name}"' for name in score.missing])
    moved = json.dumps(change and _kept_change(change, today, policy))
    return f'{{"parts": [{", ".join(parts)}], "missing": [{missing}], "change": {moved}}}'


_quoted = lru_cache(maxsize=1024)(json.dumps)
_TRUTH = ("false", "true")


@lru_cache(maxsize=4096)
def _day(ordinal: int) -> str:
    return str(date.fromordinal(ordinal))


def score_of(standing: StoredScore, today: date, policy: Policy) -> Score:
    """The score as it was kept, with the ages of today; the shares of its parts are not kept, and are 0."""
    made = standing.read()
    parts = tuple(_part(part, today, policy) for part in made.get("parts", ()))
    missing = tuple(Input(name) for name in made.get("missing", ()))
    return Score(standing.score, standing.confidence, parts, missing)


def change_of(standing: StoredScore, today: date, policy: Policy) -> ScoreChange | None:
    """The change as it was kept, counted to today; None on the day on which a history begins."""
    change = standing.read().get("change")
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
    given = {"of": work.workspace_id, "ids": list(account_ids), "since": since}
    points: dict[int, list[Point]] = defaultdict(list)
    for account_id, day, score, weights in work.session.connection().execute(_POINTS, given):
        points[account_id].append(Point(day, score, weights))
    return points


_P, _A, _SINCE = ScorePoint.__table__.c, Account.__table__.c, bindparam("since", type_=Date)
_BEFORE = (
    select(func.max(_P.day))
    .where(_P.account_id == _A.id, _P.day <= _SINCE)
    .correlate(Account.__table__)
    .scalar_subquery()
)
_POINTS = (
    select(_P.account_id, _P.day, _P.score, _P.weights)
    .select_from(Account.__table__)
    .join(ScorePoint.__table__, (_P.account_id == _A.id) & (_P.day >= func.coalesce(_BEFORE, _SINCE)))
    .where(within(_A.workspace_id, bindparam("of")), _A.id.in_(bindparam("ids", expanding=True)))
    .order_by(_P.account_id, _P.day)
)


def write(work: Work, points: dict[int, tuple[Point, int]]) -> None:
    """Keep one point and its confidence for each account; a later one of the same day takes its place."""
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
    run_many(work.session, _write_points(dialect_of(work.session)), rows)


@cache
def _write_points(dialect: str) -> Any:
    insert = insert_into(ScorePoint.__table__, dialect)
    kept = {name: insert.excluded[name] for name in ("score", "confidence", "weights")}
    return insert.on_conflict_do_update(index_elements=["account_id", "day"], set_=kept)
