"""What is known of renewals for their second key, read for many at once: two keys, and what was learnt since a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select, union_all

from bot.core.calendar import local_date, local_moment
from bot.core.policy import Policy
from bot.db.scope import within
from bot.db.work import Work
from bot.forecast.facts import TwoKeys
from bot.forecast.messages import reasons_of
from bot.forecast.rules.causes import Call, LearntSign, LearntSignKind
from bot.forecast.rules.second_key import Known, SecondKey, second_key
from bot.health import stored
from bot.health.rules.score import Band, band
from bot.health.rules.score_history import Point
from bot.models import Account, Event, ForecastCall, HealthCheck, Member, PulseAnswer, PulseRound, Renewal, Touchpoint
from bot.renewals.line_codes import Line
from bot.renewals.rules.ladder import days_left
from bot.renewals.rules.stages import Forecast, Stage
from bot.touchpoints.rules.line import TouchKind
from bot.workspace import context

_RANK = {Band.POOR: 0, Band.FAIR: 1, Band.GOOD: 2}
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Standing:
    """One renewal on a day: what is known, the computed class, the call with its maker, and signs learnt since."""

    renewal_id: int
    account_id: int
    account: str
    deadline: date
    today: date
    policy: Policy
    known: Known
    key: SecondKey
    call: Call | None = None
    called_by: str = ""
    called_on: date | None = None
    signs: tuple[LearntSign, ...] = field(default=())

    @property
    def keys(self) -> TwoKeys:
        """Both keys as screens show them."""
        return TwoKeys(
            as_of=str(self.today),
            computed=self.key.forecast,
            because=reasons_of(self.key, self.known),
            call=self.call.forecast if self.call else "",
            called_by=self.called_by,
            called_on=str(self.called_on or ""),
        )


class OpenRenewal(NamedTuple):
    """What a standing takes from a renewal and its account."""

    id: int
    account_id: int
    stage: str
    deadline: date
    tier: str
    account: str


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NOW = bindparam("now", type_=Touchpoint.at.type)
_RENEWALS = (
    select(Renewal.id, Renewal.account_id, Renewal.stage, Renewal.deadline, Account.tier, Account.name)
    .join(Account, Account.id == Renewal.account_id)
    .where(within(Renewal.workspace_id, bindparam("of")), Renewal.id.in_(_IDS))
)
_TOUCHED = union_all(
    select(Touchpoint.account_id, func.max(Touchpoint.at, type_=Touchpoint.at.type))
    .where(
        within(Touchpoint.workspace_id, bindparam("of")),
        Touchpoint.account_id.in_(_IDS),
        Touchpoint.is_note.is_(False),
        Touchpoint.kind != TouchKind.TICKET,
        Touchpoint.deleted_at.is_(None),
        Touchpoint.at <= _NOW,
    )
    .group_by(Touchpoint.account_id),
    select(HealthCheck.account_id, func.max(HealthCheck.at, type_=HealthCheck.at.type))
    .where(
        within(HealthCheck.workspace_id, bindparam("of")),
        HealthCheck.account_id.in_(_IDS),
        HealthCheck.replaced_at.is_(None),
        HealthCheck.at <= _NOW,
    )
    .group_by(HealthCheck.account_id),
)
_HEARD = (
    select(PulseRound.account_id, func.max(PulseAnswer.heard_on))
    .join(PulseAnswer, PulseAnswer.round_id == PulseRound.id)
    .where(
        within(PulseRound.workspace_id, bindparam("of")),
        PulseRound.account_id.in_(_IDS),
        PulseRound.closed_at.is_not(None),
        PulseAnswer.heard_on.is_not(None),
    )
    .group_by(PulseRound.account_id)
)
_CALLS = (
    select(ForecastCall.id, ForecastCall.renewal_id, ForecastCall.forecast, ForecastCall.at, Member.name)
    .outerjoin(Member, Member.id == ForecastCall.by_id)
    .where(
        within(ForecastCall.workspace_id, bindparam("of")),
        ForecastCall.forecast.is_not(None),
        ForecastCall.id.in_(
            select(func.max(ForecastCall.id))
            .where(within(ForecastCall.workspace_id, bindparam("of")), ForecastCall.renewal_id.in_(_IDS))
            .group_by(ForecastCall.renewal_id)
        ),
    )
)


def two_keys(work: Work, renewal_id: int) -> TwoKeys | None:
    """Both keys of one renewal; None when there is none of this id."""
    found = standings(work, [renewal_id]).get(renewal_id)
    return found.keys if found else None


def standings(work: Work, renewal_ids: Sequence[int], with_signs: bool = False) -> dict[int, Standing]:
    """These renewals as they stand now, in a handful of statements however many they are."""
    return standings_of(work, list(map(OpenRenewal._make, work.rows(_RENEWALS, ids=list(renewal_ids)))), with_signs)


def standings_of(work: Work, rows: Sequence[OpenRenewal], with_signs: bool = False) -> dict[int, Standing]:
    """The same of renewals that have been read already."""
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    accounts = sorted({row.account_id for row in rows})
    if not accounts:
        return {}
    policies = {row.account_id: ws.policies.of(row.tier) for row in rows}
    scores = stored.load(work, accounts)
    touched, heard = _touched(work, accounts), _heard(work, accounts)
    calls = _calls(work, [row.id for row in rows])
    kept = _kept(work, list(calls)) if with_signs else {}
    found = {}
    for row in rows:
        policy = policies[row.account_id]
        known = Known(
            stage=Stage(row.stage),
            days_left=days_left(row.deadline, today),
            **_health(scores.get(row.account_id), today, policy),
            touch_age=_age(touched.get(row.account_id), today, ws.zone),
            heard_age=None if row.account_id not in heard else max(0, (today - heard[row.account_id]).days),
        )
        call, by = _call(calls.get(row.id), kept.get(row.id))
        at = calls[row.id].at if call else None
        on = local_date(at, ws.zone) if at else None
        key = second_key(known, policy)
        found[row.id] = Standing(
            row.id, row.account_id, row.account, row.deadline, today, policy, known, key, call, by, on
        )
    return _with_signs(work, found) if with_signs else found


def _health(row: stored.StoredScore | None, today: date, policy: Policy) -> dict[str, Any]:
    if row is None or row.score is None:
        return {}
    parts = stored.score_of(row, today, policy).parts
    age = min((part.age for part in parts), default=None)
    return {"score": row.score, "band": band(row.score, policy), "score_age": age}


def _age(at: datetime | None, today: date, zone: str) -> int | None:
    return None if at is None else max(0, (today - local_date(at, zone)).days)


def _touched(work: Work, accounts: Sequence[int]) -> dict[int, datetime]:
    """When each was last talked to: by a touch or a health check; neither a ticket, which is theirs, nor a note."""
    found: dict[int, datetime] = {}
    for account_id, at in work.rows(_TOUCHED, ids=list(accounts), now=work.now):
        found[account_id] = max(at, found.get(account_id, at))
    return found


def _heard(work: Work, accounts: Sequence[int]) -> dict[int, date]:
    return {row[0]: row[1] for row in work.rows(_HEARD, ids=list(accounts))}


def last_calls(work: Work, renewals: Any) -> Select[int]:
    """The ids of the last call of each of these renewals (ids, or a query of them)."""
    return (
        select(func.max(ForecastCall.id))
        .where(within(ForecastCall.workspace_id, work.workspace_id), ForecastCall.renewal_id.in_(renewals))
        .group_by(ForecastCall.renewal_id)
    )


def _calls(work: Work, renewal_ids: Sequence[int]) -> dict[int, Any]:
    """The present call of each, where there is one."""
    return {row.renewal_id: row for row in work.rows(_CALLS, ids=list(renewal_ids))}


def _kept(work: Work, renewal_ids: Sequence[int]) -> dict[int, datetime]:
    """When the call of each was last kept."""
    rows = work.session.execute(
        work.select(Event.renewal_id, func.max(Event.at, type_=Event.at.type))
        .where(Event.renewal_id.in_(renewal_ids), Event.kind == Line.CALL_KEPT)
        .group_by(Event.renewal_id)
    )
    return {row[0]: row[1] for row in rows}


def _call(row: Any, kept: datetime | None) -> tuple[Call | None, str]:
    if row is None:
        return None, ""
    at = max((one for one in (row.at, kept) if one is not None), default=None)
    return Call(row.id, Forecast(row.forecast), at), row.name or ""


def _with_signs(work: Work, found: Mapping[int, Standing]) -> dict[int, Standing]:
    """The same, each with what was learnt since its call."""
    called = [one for one in found.values() if one.call is not None and one.call.at is not None]
    since = min((one.call.at for one in called if one.call and one.call.at), default=None)
    if since is None:
        return dict(found)
    accounts = sorted({one.account_id for one in called})
    signs = _learnt(work, accounts, since)
    zone = context.of(work).zone
    points = stored.points_since(work, accounts, local_date(since, zone))
    made = dict(found)
    for one in called:
        own = [*signs.get(one.account_id, ()), *_bands(one, points.get(one.account_id, ()), zone)]
        made[one.renewal_id] = Standing(
            **{name: getattr(one, name) for name in Standing.__slots__ if name != "signs"}, signs=tuple(own)
        )
    return made


def _learnt(work: Work, accounts: Sequence[int], since: datetime) -> dict[int, list[LearntSign]]:
    signs: dict[int, list[LearntSign]] = defaultdict(list)
    red = (
        work.select(PulseRound.account_id, PulseAnswer.answered_at, PulseAnswer.id)
        .join(PulseAnswer, PulseAnswer.round_id == PulseRound.id)
        .where(
            PulseRound.account_id.in_(accounts),
            # Nobody reads an answer before its round is over; until then it speaks to its owner and manager alone.
            PulseRound.closed_at.is_not(None),
            PulseAnswer.colour == "red",
            PulseAnswer.answered_at > since,
        )
    )
    for account_id, at, number in work.session.execute(red):
        signs[account_id].append(LearntSign(LearntSignKind.RED_PULSE, at, number))
    touches = work.select(Touchpoint.account_id, Touchpoint.at, Touchpoint.id, Touchpoint.escalated).where(
        Touchpoint.account_id.in_(accounts),
        Touchpoint.at > since,
        Touchpoint.deleted_at.is_(None),
        or_(Touchpoint.escalated, Touchpoint.churn_word != ""),
    )
    for account_id, at, number, is_escalated in work.session.execute(touches):
        kind = LearntSignKind.ESCALATED if is_escalated else LearntSignKind.LEAVING
        signs[account_id].append(LearntSign(kind, at, number))
    return signs


def _bands(one: Standing, points: Sequence[Point], zone: str) -> list[LearntSign]:
    """That the health now stands in another band than on the day of the call, from the day on which it came to that."""
    if one.call is None or one.call.at is None or one.known.band is None:
        return []
    on = local_date(one.call.at, zone)
    before = next((p.score for p in reversed(points) if p.day <= on), None)
    if before is None:
        return []
    was, now = _RANK[band(before, one.policy)], _RANK[one.known.band]
    is_worse, is_better = now < was, now > was and one.known.band is Band.GOOD
    if not (is_worse or is_better):
        return []
    later = [p for p in points if p.day > on]
    # The stretch that leads to today: from the day on which it came into this band and stayed.
    start = None
    for point in reversed(later):
        if point.score is None or _RANK[band(point.score, one.policy)] != now:
            break
        start = point.day
    if start is None:
        return []
    kind = LearntSignKind.WORSE if is_worse else LearntSignKind.BETTER
    return [LearntSign(kind, local_moment(start, _MIDNIGHT, zone), start.toordinal())]
