"""Calls scored against what became of their renewals, for one person, for a manager's people, or for all together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select

from bot.accounts.account_states import segment_on, tier_on
from bot.accounts.figure_facts import FigureLine, FigureWindow, InSegment
from bot.accounts.figure_parts import Among, condition, is_few_together
from bot.core.calendar import local_date
from bot.core.months import shifted
from bot.db.scope import within
from bot.db.work import Work
from bot.forecast.facts import MarkScore, OpenCall
from bot.forecast.messages import figure_lines
from bot.forecast.queries import last_calls, standings
from bot.forecast.rules.causes import FAR_APART
from bot.forecast.rules.scoring import MARKS, MadeCall, Scored, chance_of, scores, standing
from bot.forecast.rules.second_key import apart
from bot.models import Account, ForecastCall, ForecastKey, Member, Renewal
from bot.renewals.rules.stages import Forecast
from bot.workspace import context

WINDOW_MONTHS = 12
_BATCH = 10_000


def own_scores(work: Work, member_id: int, day: date) -> list[MarkScore]:
    """How good the calls of one person were, whose eyes alone this is for."""
    return _marked(work, day, people=[member_id])


def team_scores(work: Work, people: Collection[int], day: date) -> list[MarkScore]:
    """How good the calls of these people were together."""
    return _marked(work, day, people=people)


def forecast_lines(work: Work, window: FigureWindow, among: Among) -> list[FigureLine]:
    """The calls of everybody together, as lines among the figures; of a segment where that tells nobody's own."""
    alone = _alone(work, window.day) if isinstance(among, InSegment) else frozenset()
    return figure_lines(str(window), _marked(work, window.day, among), alone)


def led_by(work: Work, manager_id: int) -> set[int]:
    """Who reports to a manager, however far below."""
    led: dict[int, list[int]] = defaultdict(list)
    reporting = work.select(Member.id, Member.manager_id).where(
        Member.manager_id.is_not(None), Member.is_outsider.is_(False)
    )
    for member_id, above in work.session.execute(reporting):
        led[above].append(member_id)
    found: set[int] = set()
    ahead = [manager_id]
    while ahead:
        new = [one for one in led[ahead.pop()] if one not in found and one != manager_id]
        found.update(new)
        ahead += new
    return found


def everybody_but(work: Work, member_id: int) -> set[int]:
    """All members apart from one: who asks for a figure of all would else know a single other's."""
    return set(work.session.scalars(work.select(Member.id).where(Member.id != member_id)))


def doubts(work: Work, member_id: int, most: int) -> tuple[list[OpenCall], int]:
    """A person's own open calls that the figures speak against, the nearest deadline first, and how many there are."""
    last = last_calls(work, _called_by(work, [member_id]))
    mine = work.select(ForecastCall.renewal_id).where(ForecastCall.id.in_(last), ForecastCall.by_id == member_id)
    ids = work.session.scalars(
        work.select(Renewal.id)
        .where(Renewal.id.in_(mine), Renewal.closed_at.is_(None), Renewal.signed_at.is_(None))
        .order_by(Renewal.deadline, Renewal.id)
    ).all()
    found = standings(work, ids)
    far = [
        OpenCall(one.renewal_id, one.account, one.keys)
        for one in (found[renewal_id] for renewal_id in ids)
        if one.call is not None and apart(one.call.forecast, one.key.forecast) >= FAR_APART
    ]
    return far[:most], len(far)


def _called_by(work: Work, people: Collection[int]) -> Select[int]:
    return work.select(ForecastCall.renewal_id).where(ForecastCall.by_id.in_(people))


def _marked(work: Work, day: date, among: Among = None, people: Collection[int] | None = None) -> list[MarkScore]:
    """One score for each mark, over the renewals whose date lay in the twelve months up to a day and are decided.

    A call is its caller's as it stood at the mark; one that was made later, or after the renewal was decided, is none.
    Source: forecast_calls, forecast_keys, renewals.
    """
    found: dict[int, list[Scored]] = {mark: [] for mark in MARKS}
    policies = context.of(work).policies
    due = _due(work, day, among)
    if people is not None:
        due.append(Renewal.id.in_(_called_by(work, people)))
    keys = _keys(work, due)
    for mark, row, call in _standing(work, due, day):
        if people is not None and call.by_id not in people:
            continue
        policy, key = policies.of(row.tier), keys.get((row.id, mark, row.deadline))
        beside = chance_of(Forecast(key), policy) if key else None
        found[mark].append(Scored(chance_of(call.forecast, policy), row.outcome != "lost", call.by_id, beside))
    return [_score(mark, calls) for mark, calls in found.items()]


def _alone(work: Work, day: date) -> frozenset[int]:
    """The marks at which figures by segment, held against those of everybody, would tell those of one person or two."""
    found: dict[int, dict[str, set[int]]] = {mark: defaultdict(set) for mark in MARKS}
    for mark, row, call in _standing(work, _due(work, day, None), day, segment_on(work, Renewal.account_id, day)):
        if call.by_id is not None:
            found[mark][row.segment].add(call.by_id)
    return frozenset(mark for mark, people in found.items() if is_few_together(people.values()))


def _standing(work: Work, due: list[ColumnElement[bool]], day: date, segment: Any = None) -> Iterator[tuple[Any, ...]]:
    """(mark, renewal, the call that stood at the mark), where one did."""
    zone = context.of(work).zone
    for row, calls in _decided(work, due, day, zone, segment):
        decided_on = local_date(row.signed_at or row.paid_at or row.closed_at, zone)
        for mark in MARKS:
            call = standing(calls, row.deadline, mark, decided_on)
            if call is not None and call.forecast is not None:
                yield mark, row, call


def _score(mark: int, calls: list[Scored]) -> MarkScore:
    made = scores(calls)
    if made is None:
        return MarkScore(mark, 0)
    return MarkScore(
        mark,
        made.count,
        made.people,
        made.brier,
        made.bias,
        made.base_rate,
        made.base_brier,
        made.computed_count,
        made.computed_brier,
    )


def _due(work: Work, day: date, among: Among) -> list[ColumnElement[bool]]:
    """Renewals that fell due in the window and are signed, paid or lost."""
    where: list[ColumnElement[bool]] = [
        Renewal.workspace_id == work.workspace_id,
        Renewal.renewal_date > shifted(day, -WINDOW_MONTHS),
        Renewal.renewal_date <= day,
        or_(Renewal.outcome == "lost", Renewal.outcome == "won", Renewal.outcome.is_(None)),
        or_(Renewal.outcome.is_not(None), Renewal.signed_at.is_not(None)),
        *condition(work, Renewal.account_id, among),
    ]
    return where


def _keys(work: Work, due: list[ColumnElement[bool]]) -> dict[tuple[int, int, date], str]:
    rows = work.session.execute(
        work.select(ForecastKey.renewal_id, ForecastKey.mark, ForecastKey.deadline, ForecastKey.forecast)
        .join(Renewal, Renewal.id == ForecastKey.renewal_id)
        .where(*due)
        .execution_options(yield_per=_BATCH)
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _decided(
    work: Work, due: list[ColumnElement[bool]], day: date, zone: str, segment: Any
) -> Iterator[tuple[Any, list[MadeCall]]]:
    """Each of these renewals that was ever called on a known day, with its calls in their order."""
    rows = work.session.execute(
        select(
            Renewal.id,
            Renewal.deadline,
            Renewal.outcome,
            Renewal.signed_at,
            Renewal.paid_at,
            Renewal.closed_at,
            tier_on(work, day).label("tier"),
            (literal("") if segment is None else segment).label("segment"),
            ForecastCall.at,
            ForecastCall.forecast,
            ForecastCall.by_id,
        )
        .join(Account, Account.id == Renewal.account_id)
        .join(
            ForecastCall,
            (ForecastCall.renewal_id == Renewal.id) & within(ForecastCall.workspace_id, work.workspace_id),
        )
        .where(*due, ForecastCall.at.is_not(None))
        .order_by(Renewal.id, ForecastCall.at, ForecastCall.id)
        .execution_options(yield_per=_BATCH)
    )
    last, calls = None, []
    for row in rows:
        if last is not None and row.id != last.id:
            yield last, calls
            calls = []
        forecast = Forecast(row.forecast) if row.forecast else None
        calls.append(MadeCall(local_date(row.at, zone), forecast, row.by_id))
        last = row
    if last is not None:
        yield last, calls
