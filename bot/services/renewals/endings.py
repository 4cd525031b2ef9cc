"""The day a term ends: it rolls on and says so, it is overdue and says so, or what was lost is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.models import Contract
from bot.rules.escalation import Audience, is_overdue, overdue_days, renews_by_itself
from bot.rules.stages import Stage
from bot.rules.story import Line, Notice
from bot.services.agenda import Due
from bot.services.renewals import office, payments, schedule, telling
from bot.services.renewals.batch import Batch
from bot.services.renewals.due import due_states
from bot.services.renewals.planning import plan_accounts
from bot.services.renewals.rolling import roll
from bot.services.renewals.state import State


def think_term_end(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """A renewal date has come. What renews by itself, and what was signed, goes on to its next term."""
    here = office.load(session, workspace_id)
    batch = Batch(here, now)
    by_itself: list[State] = []
    signed: list[State] = []
    lost: list[int] = []
    for row, s in due_states(session, here, rows):
        today = schedule.today_of(here, s, now)
        if today < s.renewal_date:
            continue
        if s.stage == Stage.LOST:
            lost.append(s.id)
        elif s.closed_at is not None:
            continue
        elif not schedule.may_speak(here, s, now):
            batch.think(schedule.again(row, schedule.soon(here, s, now)))
        elif renews_by_itself(Stage(s.stage), s.auto_renew, s.renewal_date, today):
            by_itself.append(s)
        elif not s.is_unsigned:
            signed.append(s)
        else:
            _tell_overdue(batch, s, today)
    _end_contracts(session, workspace_id, lost)
    for s in roll(session, batch, by_itself, with_proposed_value=False).values():
        _tell_rolled(batch, s)
    for s in roll(session, batch, [s for s in signed if "rolled" not in s.facts], with_proposed_value=True).values():
        _tell_began(batch, s)
    batch.write(session)
    plan_accounts(session, workspace_id, [s.account_id for s in (*by_itself, *signed)], now)


def think_overdue(session: Session, workspace_id: int, rows: Sequence[Due], now: datetime) -> None:
    """Days after the renewal date and still nothing signed: tell more people than the last time."""
    here = office.load(session, workspace_id)
    batch = Batch(here, now)
    for row, s in due_states(session, here, rows):
        today = schedule.today_of(here, s, now)
        if not s.is_unsigned or not is_overdue(Stage(s.stage), s.auto_renew, s.renewal_date, today):
            continue
        if not schedule.may_speak(here, s, now):
            batch.think(schedule.again(row, schedule.soon(here, s, now)))
        else:
            _tell_overdue(batch, s, today)
    batch.write(session)


def _tell_overdue(batch: Batch, s: State, today: date) -> None:
    here = batch.office
    batch.think(schedule.following_overdue(here, s, batch.now))
    marks = schedule.policy_of(here, s).overdue_days
    mark = overdue_days(s.renewal_date, today, schedule.policy_of(here, s), here.holidays)
    step = f"overdue_{mark}@{s.renewal_date}"
    if mark is None or s.told(step):
        return
    s = batch.card(batch.tell_once(s, step))
    details = {"mark": str(mark), "renewal_date": str(s.renewal_date), "as_of": str(today)}
    batch.line(s, Line.OVERDUE, f"{mark}@{s.renewal_date}", details, s.mention(today))
    reached = marks.index(mark)
    if reached > 0:
        audience = Audience.MANAGER if reached == 1 else Audience.LEADERSHIP
        telling.tell(batch, s, Notice.OVERDUE, f"{mark}@{s.renewal_date}", audience)
    batch.event(s, "overdue", {"mark": mark})


def _tell_rolled(batch: Batch, s: State) -> None:
    now = batch.now
    facts = {**s.facts, "by_itself": True}
    s = batch.change(s, stage=Stage.SIGNED.value, stage_at=now, signed_at=now, snoozed_until=None, facts=facts)
    s = batch.card(s)
    today = schedule.today_of(batch.office, s, now)
    batch.line(s, Line.ROLLED, str(s.renewal_date), _terms(s), s.mention(today))
    batch.event(s, "rolled", _terms(s))
    payments.plan_money(batch, s)


def _tell_began(batch: Batch, s: State) -> None:
    s = batch.card(s)
    batch.line(s, Line.TERM_BEGAN, str(s.renewal_date), _terms(s))
    batch.event(s, "term_began", _terms(s))


def _terms(s: State) -> dict[str, str]:
    return {"renewal_date": str(s.renewal_date), "next_renewal_date": str(s.facts.get("next", ""))}


def _end_contracts(session: Session, workspace_id: int, renewal_ids: Sequence[int]) -> None:
    if renewal_ids:
        session.execute(
            update(Contract)
            .where(Contract.workspace_id == workspace_id, Contract.renewal_id.in_(renewal_ids))
            .values(status="ended")
        )
