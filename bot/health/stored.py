"""Stored scores: how a score stands in its table and is read back on another day, and those of the days before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from sqlalchemy import JSON, Date, Dialect, Text, TypeDecorator, bindparam, cast, func, select, tuple_, update

from bot.core.policy import Policy
from bot.db.bulk import run_many
from bot.db.scope import among, within
from bot.db.upsert import dialect_of, insert_into
from bot.db.work import Work
from bot.health.rules.score import Evidence, Input, Part, Score, parts, rounded, touch_value
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

    def read(self) -> _Read:
        """What made it. A night compares thousands of rows and reads none."""
        return _DECODER.decode(self.inputs)

    @property
    def known(self) -> set[Input]:
        """The inputs that were known."""
        return {part.input for part in self.read().parts}

    @property
    def alert(self) -> Alert | None:
        """The last alert, if there was one."""
        return None if self.alerted_on is None else Alert(self.alerted_on, self.alerted_score)


def load(work: Work, account_ids: Sequence[int]) -> dict[int, StoredScore]:
    """The rows of these accounts; those never scored are left out."""
    rows = work.rows(_LOAD, ids=list(account_ids)).all()
    return {row[0]: StoredScore(*row[1:]) for row in rows}


def put(work: Work, rows: Mapping[int, tuple[StoredScore, date | None]]) -> None:
    """Keep these rows, by account, each with the day on which it changes next by itself."""
    of, at = work.workspace_id, work.now
    values = [dict(zip(_PUT, (*row, day, at, of, account_id), strict=True)) for account_id, (row, day) in rows.items()]
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


_CHANGED = (*StoredScore._fields, "next_change_on", "computed_at")
_PUT = (*_CHANGED, "workspace_id", "account_id")


@cache
def _put(dialect: str) -> Any:
    insert = insert_into(AccountHealth.__table__, dialect)
    values: dict[str, Any] = {name: bindparam(name) for name in _PUT}
    insert = insert.values({**values, "inputs": bindparam("inputs", type_=_Written)})
    return insert.on_conflict_do_update(
        index_elements=["account_id"], set_={name: insert.excluded[name] for name in _CHANGED}
    )


AT_ONCE = date(1970, 1, 1)
"""A day that is past for whoever looks: what bears it is due."""

_C = AccountHealth.__table__.c
_LOAD = select(
    _C.account_id, *(cast(_C.inputs, Text) if name == "inputs" else _C[name] for name in StoredScore._fields)
).where(within(_C.workspace_id, bindparam("of")), among(_C.account_id))
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


class _Change(msgspec.Struct, frozen=True):
    """A change as it is kept: over the policy's whole stretch of days it has no day to begin with, and moves along."""

    points: int
    since: date | None
    reweighed: bool
    aged: Aged | None = None


class _ReadPart(Evidence, frozen=True):
    """An input as it is read: older versions kept what it cost, and its value from 0 to 100, instead of its weight."""

    points: int | None = None


class _Made(msgspec.Struct, frozen=True):
    """What made a score: it changes only when the score does, or what it is made of; the points follow from the day."""

    parts: tuple[Evidence, ...] = ()
    missing: tuple[Input, ...] = ()
    change: _Change | None = None


class _Read(_Made, frozen=True):
    """The same as it is read."""

    parts: tuple[_ReadPart, ...] = ()


_ENCODER, _DECODER = msgspec.json.Encoder(), msgspec.json.Decoder(_Read)


def kept(
    evidence: Sequence[Evidence], missing: tuple[Input, ...], change: ScoreChange | None, today: date, policy: Policy
) -> str:
    """What the row keeps of a score."""
    # How long ago a touch is says how good it is, on whatever day it is read.
    parts = tuple([replace(one, value=0.0, number=None) if one.input is Input.TOUCH else one for one in evidence])
    if change is None:
        moved = None
    else:
        is_whole = change.days >= policy.score_change_days
        since = None if is_whole else today - timedelta(days=change.days)
        moved = _Change(change.points, since, change.reweighed, change.aged)
    return _ENCODER.encode(_Made(parts, missing, moved)).decode()


def score_of(standing: StoredScore, today: date, policy: Policy) -> Score:
    """The score as it was kept, with the ages and the points of today."""
    made = standing.read()
    before = tuple([_as_before(one, today, policy) for one in made.parts if one.points is not None])
    return Score(standing.score, standing.confidence, before or parts(made.parts, today), made.missing)


def _as_before(one: _ReadPart, today: date, policy: Policy) -> Part:
    age = max(0, (today - one.on).days)
    is_touch = one.input is Input.TOUCH
    return Part(
        input=one.input,
        value=rounded(100 * touch_value(age, policy.touch_every_days)) if is_touch else round(one.value),
        points=one.points or 0,
        share=0.0,
        age=age,
        count=one.count,
        code=one.code,
        number=age if is_touch else one.number,
        quote=one.quote,
        is_low=one.is_low,
        lasting=None if one.since is None else (today - one.since).days,
    )


def change_of(standing: StoredScore, today: date, policy: Policy) -> ScoreChange | None:
    """The change as it was kept, counted to today; None on the day on which a history begins."""
    change = standing.read().change
    if change is None:
        return None
    longest = policy.score_change_days
    days = (today - change.since).days if change.since else longest
    if days <= 0:
        return None
    return ScoreChange(change.points, min(days, longest), change.reweighed, change.aged)


def points_since(work: Work, account_ids: Sequence[int], since: date) -> dict[int, list[Point]]:
    """Each account's points after `since` and the one that stood then, oldest first."""
    points: dict[int, list[Point]] = defaultdict(list)
    for account_id, day, score, weights in work.rows(_POINTS, ids=list(account_ids), since=since).all():
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
    .where(within(_A.workspace_id, bindparam("of")), among(_A.id))
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
