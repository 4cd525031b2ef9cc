"""The update form's work: stage, forecast, proposed value, close date, renewal date, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.errors import FieldErrors, Refused
from bot.models import Contract
from bot.rules.money import CURRENCIES
from bot.rules.stages import Forecast, LostReason, Stage, can_move, is_unsigned, label
from bot.rules.story import Line
from bot.services import agenda
from bot.services.renewals import payments, schedule
from bot.services.renewals.acting import Acted, Actor, acting, opened
from bot.services.renewals.batch import Batch
from bot.services.renewals.planning import plan_accounts
from bot.services.renewals.replanning import begin_again
from bot.services.renewals.rolling import roll
from bot.services.renewals.state import State

_UNSIGNED_THOUGHTS = ("rung", "unclaimed", "overdue", "snooze_end", "refresh")
_MONEY_THOUGHTS = ("ask_invoiced", "ask_paid", "unpaid")
_SIGNED = (Stage.SIGNED, Stage.INVOICED)
_PLAIN = ("forecast", "forecast_reason", "proposed_value", "proposed_currency", "close_date")


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants changed; None leaves a thing as it is. `proposed_value` is for the whole renewal, per year.

    Field errors are keyed by these names.
    """

    stage: str | None = None
    forecast: str | None = None
    forecast_reason: str | None = None
    proposed_value: Decimal | None = None
    proposed_currency: str | None = None
    close_date: date | None = None
    renewal_date: date | None = None
    lost_reason: str | None = None
    lost_words: str | None = None


def change(session: Session, workspace_id: int, renewal_id: int, by_id: int, wanted: Change, now: datetime) -> Acted:
    """Change a renewal and do what follows: ask for the invoice, roll the contracts, end or reopen the ladder.

    Raises FieldErrors for what does not fit, Refused when it is paid or over. Nothing is written then.
    """
    batch, s = opened(session, workspace_id, renewal_id, now)
    who = acting(session, workspace_id, by_id)
    if s.closed_at is not None and s.stage == Stage.PAID and wanted.stage in (None, Stage.PAID):
        return Acted(s.id, s.account_id, s.account, False)
    if s.closed_at is not None and s.stage != Stage.LOST:
        raise Refused(f"This renewal of {s.account} is over. Use /renewal to find the current one.")
    if errors := _errors(batch, s, wanted):
        raise FieldErrors(errors)
    values = {name: value for name, value in _values(s, wanted).items() if value != getattr(s, name)}
    stage = Stage(wanted.stage) if wanted.stage and wanted.stage != s.stage else None
    moved_to = wanted.renewal_date if wanted.renewal_date not in (None, s.renewal_date) else None
    if not values and stage is None and moved_to is None:
        return Acted(s.id, s.account_id, s.account, False)
    before, s = s, batch.change(s, **values, touched_at=now)
    if stage is not None:
        s = batch.change(s, stage=stage.value, stage_at=now)
    if moved_to is not None:
        _move(session, batch, before, moved_to, who)
    s = _tell(session, batch, before, s, moved_to, who)
    if stage is not None:
        s = _follow(session, batch, before, s)
    batch.write(session)
    if stage is not None or moved_to is not None:
        # Planning sees the new dates and values, and moves deadline, ladder and neighbours with them.
        plan_accounts(session, workspace_id, [s.account_id], now)
    return Acted(s.id, s.account_id, s.account, True)


def _errors(batch: Batch, s: State, wanted: Change) -> dict[str, str]:
    errors: dict[str, str] = {}
    today = schedule.today_of(batch.office, s, batch.now)
    if wanted.stage and wanted.stage != s.stage:
        errors |= _stage_errors(s, wanted)
    if wanted.forecast and wanted.forecast != s.forecast:
        if wanted.forecast not in list(Forecast):
            errors["forecast"] = "Choose one of the forecasts."
        elif not (wanted.forecast_reason or "").strip() or wanted.forecast_reason == s.forecast_reason:
            errors["forecast_reason"] = "Say in a few words why the forecast is what it is now."
    if wanted.proposed_value is not None and wanted.proposed_value < 0:
        errors["proposed_value"] = "Write an amount of 0 or more."
    if wanted.proposed_value is not None and not (wanted.proposed_currency or s.proposed_currency):
        errors["proposed_value"] = "Write the currency too, such as EUR."
    if wanted.proposed_currency is not None and wanted.proposed_currency not in CURRENCIES:
        errors["proposed_currency"] = "Write a currency such as EUR or USD."
    if wanted.renewal_date is not None and wanted.renewal_date != s.renewal_date:
        if not is_unsigned(Stage(s.stage)):
            errors["renewal_date"] = "It is signed or lost: its renewal date stays."
        elif wanted.renewal_date < today:
            errors["renewal_date"] = "Choose today or a later day."
    return errors


def _stage_errors(s: State, wanted: Change) -> dict[str, str]:
    if wanted.stage not in list(Stage):
        return {"stage": "Choose one of the stages."}
    frm, to = Stage(s.stage), Stage(wanted.stage)
    if not can_move(frm, to):
        return {"stage": f"{label(frm)} cannot become {label(to)}. Sign it first."}
    if "rolled" in s.facts and is_unsigned(to):
        return {"stage": "Its next term has begun already. It can still be invoiced, paid or lost."}
    if to is Stage.LOST:
        if wanted.lost_reason not in list(LostReason):
            return {"lost_reason": "Choose why it was lost."}
        if not (wanted.lost_words or "").strip():
            return {"lost_words": "Say in a few words what happened."}
    return {}


def _values(s: State, wanted: Change) -> dict[str, Any]:
    values = {name: value for name in _PLAIN if (value := getattr(wanted, name)) is not None}
    if "forecast_reason" in values:
        values["forecast_reason"] = values["forecast_reason"].strip()
    stage = wanted.stage or s.stage
    if stage == Stage.LOST:
        reasons = {"lost_reason": wanted.lost_reason, "lost_words": (wanted.lost_words or "").strip() or None}
        values |= {name: value for name, value in reasons.items() if value is not None}
    elif s.stage == Stage.LOST:
        values |= {"lost_reason": None, "lost_words": ""}
    return values


def _move(session: Session, batch: Batch, s: State, to: date, who: Actor) -> None:
    """Move the contracts' dates by as many days; a file does not move them back."""
    rows = session.execute(
        select(Contract.id, Contract.renewal_date, Contract.deadline).where(
            Contract.workspace_id == batch.office.workspace_id,
            Contract.renewal_id == s.id,
            Contract.renewal_date.is_not(None),
        )
    ).all()
    by = to - s.renewal_date
    table = Contract.__table__
    if rows:
        session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("contract"))
            .values(renewal_date=bindparam("new_date"), deadline=bindparam("new_deadline"), moved_by_id=who.id),
            [{"contract": i, "new_date": _later(d, by), "new_deadline": _later(last, by)} for i, d, last in rows],
        )


def _later(day: date | None, by: timedelta) -> date | None:
    return None if day is None else day + by


def _tell(session: Session, batch: Batch, before: State, s: State, moved_to: date | None, who: Actor) -> State:
    """One line with everything that changed; the stages that mean more have their own word."""
    details = _details(before, s)
    if moved_to is not None:
        details |= {"renewal_date": str(moved_to), "renewal_date_before": str(before.renewal_date)}
    codes = {Stage.SIGNED: Line.SIGNED, Stage.INVOICED: Line.INVOICED, Stage.PAID: Line.WON, Stage.LOST: Line.LOST}
    code = Line.UPDATED if s.stage == before.stage else codes.get(Stage(s.stage), Line.UPDATED)
    event = batch.record(session, s, code, who.id, details)
    if s.stage == Stage.PAID:
        s = _roll(session, batch, s)
        details["next_renewal_date"] = str(s.facts.get("next", ""))
    s = batch.card(s)
    batch.line(s, code, str(event), details, by=who.person)
    return s


def _details(before: State, s: State) -> dict[str, str]:
    details: dict[str, str] = {}
    for name in ("stage", "forecast"):
        if getattr(before, name) != getattr(s, name):
            details |= {name: str(getattr(s, name)), f"{name}_before": str(getattr(before, name) or "")}
    for name in ("forecast_reason", "close_date", "lost_reason", "lost_words"):
        if getattr(before, name) != getattr(s, name):
            details[name] = str(getattr(s, name) or "")
    if (before.proposed_value, before.proposed_currency) != (s.proposed_value, s.proposed_currency):
        details |= {"proposed_value": str(s.proposed_value), "proposed_currency": s.proposed_currency or ""}
    if "forecast" in details:
        details["forecast_reason"] = s.forecast_reason
    return details


def _follow(session: Session, batch: Batch, before: State, s: State) -> State:
    """What a new stage brings with it."""
    stage, now = Stage(s.stage), batch.now
    if stage in (*_SIGNED, Stage.PAID, Stage.LOST):
        _forget(session, batch, s, (*_UNSIGNED_THOUGHTS, *_MONEY_THOUGHTS))
        s = batch.change(s, snoozed_until=None, snooze_reason="")
    if stage in _SIGNED:
        dates: Mapping[str, Any] = {"signed_at": now} if stage is Stage.SIGNED else {"invoiced_at": now}
        s = batch.change(s, **dates)
        payments.plan_money(batch, s)
    elif stage is Stage.PAID:
        s = batch.change(s, paid_at=now, closed_at=now, outcome="won")
    elif stage is Stage.LOST:
        s = _lose(session, batch, s)
    elif not is_unsigned(Stage(before.stage)):
        s = _reopen(session, batch, s)
    return s


def _roll(session: Session, batch: Batch, s: State) -> State:
    return s if "rolled" in s.facts else roll(session, batch, [s], with_proposed_value=True)[s.id]


def _forget(session: Session, batch: Batch, s: State, kinds: tuple[str, ...]) -> None:
    agenda.drop(session, batch.office.workspace_id, kinds, s.subject)


def _lose(session: Session, batch: Batch, s: State) -> State:
    """Its contracts run until their dates and end there; one whose next term began already ends now."""
    workspace_id = batch.office.workspace_id
    until = session.scalar(
        select(func.max(Contract.renewal_date)).where(
            Contract.workspace_id == workspace_id, Contract.renewal_id == s.id
        )
    )
    if rolled := s.facts.get("rolled"):
        session.execute(
            update(Contract)
            .where(Contract.workspace_id == workspace_id, Contract.id.in_(rolled))
            .values(status="ended")
        )
    facts = {**s.facts, "until": str(until or s.renewal_date)}
    return batch.change(s, closed_at=batch.now, outcome="lost", facts=facts)


def _reopen(session: Session, batch: Batch, s: State) -> State:
    """Signed or lost by mistake, or won back: the ladder begins again where it is now."""
    _forget(session, batch, s, (*schedule.LADDER, *_MONEY_THOUGHTS))
    session.execute(
        update(Contract)
        .where(Contract.workspace_id == batch.office.workspace_id, Contract.renewal_id == s.id)
        .values(status="active")
    )
    s = batch.change(s, closed_at=None, outcome=None, signed_at=None, invoiced_at=None)
    return begin_again(batch, s)
