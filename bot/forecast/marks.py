"""What is due so many days before a deadline: the computed class is kept, and a hedge is asked for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.policy import Tier
from bot.db.scope import within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.forecast.job_kinds import ForecastJob
from bot.forecast.queries import standings
from bot.forecast.rules.causes import CallAsk, ask_of
from bot.forecast.rules.scoring import MARKS
from bot.models import Account, FollowUp, ForecastKey, Renewal
from bot.renewals import notify
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import Line
from bot.renewals.rules.stages import Forecast
from bot.renewals.schedule import policy_of
from bot.renewals.view import RenewalView, countdown, load_due
from bot.workspace import context

CATCH_UP = 7
"""Days for which a bot that was down, or a late import, is still in time for a mark."""

ASKED = "forecast_ask"
"""The step under which a renewal remembers that its forecast was asked for more."""


def plan_night(work: Work) -> None:
    """As a night begins: plan what is due at today's marks, read by deadline, so that it costs what is due."""
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    planned = [
        Job(ForecastJob.KEY, f"renewal:{renewal_id}", str(mark), work.now, 1000, {"mark": mark})
        for mark in MARKS
        for renewal_id in work.rows(_UNKEPT, at=mark, **_reach(mark, today)).scalars()
    ]
    jobs.schedule(work, planned, keep=True)
    morning = ws.hours.next_open(work.now)
    asks_at = {tier: ws.policies.of(tier).forecast_ask_days for tier in Tier}
    hedged = work.session.scalars(
        work.select(Renewal.id)
        .join(Account, Account.id == Renewal.account_id)
        .where(
            *_open(),
            Renewal.forecast.in_((Forecast.BEST_CASE, Forecast.AT_RISK)),
            # Between the nearest and the furthest of these days: a choice among several is found by no index.
            Renewal.deadline > today + timedelta(days=min(asks_at.values()) - CATCH_UP),
            Renewal.deadline <= today + timedelta(days=max(asks_at.values())),
            or_(*(and_(Account.tier == tier, _at_mark(days, today)) for tier, days in asks_at.items())),
        )
    )
    asks = [Job(ForecastJob.ASK, f"renewal:{renewal_id}", "", morning) for renewal_id in hedged]
    jobs.schedule(work, asks, keep=True)


def run_keys(work: Work, rows: Sequence[DueJob]) -> None:
    """Keep what is computed of these renewals today, once for each mark and deadline."""
    found = standings(work, sorted({row.subject_id for row in rows}))
    kept = [
        {
            "workspace_id": work.workspace_id,
            "renewal_id": one.renewal_id,
            "mark": int(row.facts["mark"]),
            "deadline": one.deadline,
            "forecast": one.key.forecast.value,
            "kept_on": one.today,
        }
        for row in rows
        if (one := found.get(row.subject_id)) is not None
    ]
    if kept:
        insert = insert_for(work.session, ForecastKey)
        work.session.execute(insert.on_conflict_do_nothing(), kept)


def run_asks(work: Work, rows: Sequence[DueJob]) -> None:
    """Ask in the card's thread: of best case a decision, of at risk a plan with a date. Once for each deadline."""
    ws = context.of(work)
    batch = RenewalBatch(work)
    due = list(load_due(work, rows))
    dated = _with_dated_step(work, [s.account_id for _, s in due])
    for row, s in due:
        days = (s.deadline - s.today(ws, work.now)).days
        ask = ask_of(Forecast(s.forecast), s.account_id in dated) if s.forecast else None
        if ask is None or not s.is_unsigned or s.was_notified(ASKED, str(s.deadline)) or s.carded_at is None:
            continue
        if days > policy_of(ws, s).forecast_ask_days:
            continue
        if s.snoozed_until is not None:
            batch.reschedule(row, s.hours(ws).morning(s.snoozed_until))
        elif not s.hours(ws).is_open(work.now):
            batch.reschedule(row, s.hours(ws).next_open(work.now))
        else:
            _ask(batch, s, ask)
    batch.write()


def _ask(batch: RenewalBatch, s: RenewalView, ask: CallAsk) -> None:
    to, away = notify.mention(batch, s)
    s = batch.mark_notified(s, ASKED, str(s.deadline))
    told = {"forecast": s.forecast or "", "ask": ask.value}
    batch.event(s, Line.CALL_ASKED, told)
    details = {**told, **countdown(s, s.today(batch.ws, batch.now)), **away}
    batch.post_in_thread(s, Line.CALL_ASKED, str(s.deadline), details, to)


def _open() -> Iterable[ColumnElement[bool]]:
    return (Renewal.closed_at.is_(None), Renewal.signed_at.is_(None))


def _at_mark(days: int, today: date) -> ColumnElement[bool]:
    """Whose deadline is so many days away, or came as near within the last days."""
    reach = _reach(days, today)
    return and_(Renewal.deadline > reach["after"], Renewal.deadline <= reach["until"])


def _reach(days: int, today: date) -> dict[str, date]:
    """After which day, and until which, a deadline is so many days away, or came as near within the last days."""
    until = today + timedelta(days=days)
    return {"after": until - timedelta(days=CATCH_UP), "until": until}


_R, _K = Renewal.__table__.c, ForecastKey.__table__.c
_IS_KEPT = exists().where(
    within(_K.workspace_id, bindparam("of")),
    _K.renewal_id == _R.id,
    _K.mark == bindparam("at"),
    _K.deadline == _R.deadline,
)
_UNKEPT = select(_R.id).where(
    _R.workspace_id == bindparam("of"),
    _R.closed_at.is_(None),
    _R.signed_at.is_(None),
    _R.deadline > bindparam("after"),
    _R.deadline <= bindparam("until"),
    ~_IS_KEPT,
)


def _with_dated_step(work: Work, account_ids: Sequence[int]) -> set[int]:
    """Of these accounts, those that have an open next step with a day."""
    rows = work.select(FollowUp.account_id).where(FollowUp.account_id.in_(account_ids), FollowUp.done_at.is_(None))
    return set(work.session.scalars(rows))
