"""The update form's work: stage, forecast, proposed value, close date, renewal date, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update

from bot.accounts.events import ContractsWritten
from bot.agenda import jobs
from bot.core import events
from bot.core.money import CURRENCIES, packed
from bot.db.scope import is_row
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.models import Contract
from bot.renewals import idle, notify, payments, signing, term_end, undo_payment
from bot.renewals.actions_base import ActionResult, Actor, acting, opened
from bot.renewals.batch import RenewalBatch
from bot.renewals.events import ForecastChanged, RenewalDecided
from bot.renewals.job_kinds import HangsOn, hanging_on
from bot.renewals.line_codes import Line, NoticeCode
from bot.renewals.reconcile import plan_accounts, restart_ladder
from bot.renewals.rollover import agree, roll, unshared, with_dates
from bot.renewals.rules.escalation import EscalationAudience
from bot.renewals.rules.stages import Forecast, LostReason, Stage, can_move, is_unsigned, label
from bot.renewals.signing import FinalTerms
from bot.renewals.view import RenewalView

_SIGNED = (Stage.SIGNED, Stage.INVOICED)
TERMS = tuple(signing.NOT_SIGNED)
_DECISION = ("stage", "lost_reason", "lost_words", "final_values")


def change(work: Work, renewal_id: int, by_id: int, wanted: RenewalChange) -> ActionResult:
    """Change a renewal and do what follows: ask for the invoice, roll the contracts, end or reopen the ladder.

    Raises FieldErrors for what does not fit, Refused when it is paid or over. Nothing is written then.
    """
    batch, s = opened(work, renewal_id)
    who = acting(work, by_id)
    if s.stage == Stage.PAID and wanted == RenewalChange(stage=Stage.PAID):
        return ActionResult(s.id, s.account_id, s.account, False)
    if s.closed_at is not None and s.stage != Stage.LOST:
        raise Refused(f"This renewal of {s.account} is over. Use /renewal to find the current one.")
    if errors := validate(s, wanted, s.today(batch.ws, work.now)):
        raise FieldErrors(errors)
    stage = Stage(wanted.stage) if wanted.stage and wanted.stage != s.stage else None
    values = {name: value for name, value in _values(s, wanted).items() if value != getattr(s, name)}
    values |= _terms(work, batch, s._replace(**values), wanted, stage)
    moved_to = wanted.renewal_date if wanted.renewal_date not in (None, s.renewal_date) else None
    if not values and stage is None and moved_to is None:
        return ActionResult(s.id, s.account_id, s.account, False)
    before, s = s, batch.change(s, **values, touched_at=work.now)
    if stage is not None:
        s = batch.change(s, stage=stage.value, stage_at=work.now)
    if moved_to is not None:
        _move(work, batch, before, moved_to, who)
    s = _tell(work, batch, before, s, moved_to, who)
    if stage is not None:
        s = _follow(work, batch, before, s)
    batch.write()
    if s.forecast != before.forecast:
        events.publish(work, ForecastChanged(s.id, s.account_id, who.id, s.forecast))
    if stage is not None or moved_to is not None:
        # Planning sees the new dates and values, and moves deadline, ladder and neighbours with them.
        plan_accounts(work, [s.account_id])
    if any(getattr(before, name) != getattr(s, name) for name in _DECISION):
        events.publish(work, RenewalDecided(s.id, who.id))
    return ActionResult(s.id, s.account_id, s.account, True)


def _values(s: RenewalView, wanted: RenewalChange) -> dict[str, Any]:
    values = {name: value for name in PLAIN if (value := getattr(wanted, name)) is not KEEP}
    if "forecast_reason" in values:
        values["forecast_reason"] = (values["forecast_reason"] or "").strip()
    stage = wanted.stage or s.stage
    if stage == Stage.LOST:
        reasons = {"lost_reason": wanted.lost_reason, "lost_words": (wanted.lost_words or "").strip() or None}
        values |= {name: value for name, value in reasons.items() if value is not None}
    elif s.stage == Stage.LOST:
        values |= {"lost_reason": None, "lost_words": ""}
    return values


def _terms(
    work: Work, batch: RenewalBatch, s: RenewalView, wanted: RenewalChange, stage: Stage | None
) -> dict[str, Any]:
    """What was signed, as columns; corrected while it is signed or invoiced, and gone when it is open again."""
    if stage is Stage.SIGNED and is_unsigned(Stage(s.stage)):
        return signing.stored(wanted.final or signing.proposed(work, batch, s))
    if stage is not None and (is_unsigned(stage) or stage is Stage.LOST):
        return dict(signing.NOT_SIGNED)
    if Stage(s.stage) not in _SIGNED:
        return {}
    if wanted.final is not None:
        return signing.changed(s, wanted.final)
    if isinstance(wanted.proposed_value, Decimal):
        return {"final_values": signing.texts(signing.proposed_values(s))}
    return {}


def _move(work: Work, batch: RenewalBatch, s: RenewalView, to: date, who: Actor) -> None:
    """Move the contracts' dates by as many days, and count their notice anew; a file does not move them back."""
    by = to - s.renewal_date
    table = Contract.__table__
    own = with_dates(work, s.id)
    if own:
        work.session.connection().execute(
            update(table)  # type: ignore[arg-type]
            .where(is_row(table.c, batch.ws.workspace_id, bindparam("contract")))
            .values(renewal_date=bindparam("new_date"), deadline=bindparam("new_deadline"), moved_by_id=who.id),
            [
                {
                    "contract": c.id,
                    "new_date": c.renewal_date + by,
                    "new_deadline": c.deadline_before(c.renewal_date + by),
                }
                for c in own
            ],
        )
        events.publish(work, ContractsWritten([c.id for c in own], "moved"))


def _tell(
    work: Work, batch: RenewalBatch, before: RenewalView, s: RenewalView, moved_to: date | None, who: Actor
) -> RenewalView:
    """One line with everything that changed; the stages that mean more have their own word."""
    details = _details(before, s)
    if moved_to is not None:
        details |= {"renewal_date": str(moved_to), "renewal_date_before": str(before.renewal_date)}
    codes = {Stage.SIGNED: Line.SIGNED, Stage.INVOICED: Line.INVOICED, Stage.PAID: Line.WON, Stage.LOST: Line.LOST}
    code = Line.UPDATED if s.stage == before.stage else codes.get(Stage(s.stage), Line.UPDATED)
    event = batch.record(s, code, who.id, details)
    if s.stage == Stage.PAID:
        s = undo_payment.remembered(work, batch, before, _roll, s, who)
        details |= {"next_renewal_date": str(s.next_renewal_date or ""), **unshared(s)}
    s = batch.refresh_card(s)
    batch.post_in_thread(s, code, str(event), details, by=who.person)
    idle.watch_silence(batch, s)
    if s.forecast == Forecast.AT_RISK and before.forecast != Forecast.AT_RISK and is_unsigned(Stage(s.stage)):
        risk = {"set_by": who.person.name, "reason": s.forecast_reason}
        notify.notify(batch, s, NoticeCode.AT_RISK, str(event), EscalationAudience.MANAGER, more=risk)
    return s


def _details(before: RenewalView, s: RenewalView) -> dict[str, str]:
    """What changed, as text; what was emptied is named in `cleared`."""
    changed = {
        name
        for name in (*PLAIN, *TERMS, "stage", "lost_reason", "lost_words")
        if getattr(before, name) != getattr(s, name)
    }
    if changed & {"proposed_value", "proposed_currency"}:
        changed |= {"proposed_value", "proposed_currency"}
    if "forecast" in changed:
        changed.add("forecast_reason")
    told = sorted(changed - set(TERMS))
    details = {name: str(getattr(s, name)) for name in told if getattr(s, name) not in (None, "")}
    details |= {f"{name}_before": str(getattr(before, name) or "") for name in changed & {"stage", "forecast"}}
    is_won = s.stage == Stage.PAID != before.stage
    if s.term_ends is not None and (is_won or changed & set(TERMS)):
        details |= _signed_details(s)
    cleared = sorted(name for name in changed & {"forecast", "proposed_value", "close_date"} if name not in details)
    return {**details, "cleared": ", ".join(cleared)} if cleared else details


def _signed_details(s: RenewalView) -> dict[str, str]:
    """What was signed, beside what they paid before."""
    known = {"final": packed(s.final_values or {}), "final_before": packed(s.values)}
    terms = {name: str(getattr(s, name) or "") for name in TERMS if name != "final_values"}
    return known | terms


def _follow(work: Work, batch: RenewalBatch, before: RenewalView, s: RenewalView) -> RenewalView:
    """What a new stage brings with it."""
    stage, now = Stage(s.stage), batch.now
    if stage in (*_SIGNED, Stage.PAID, Stage.LOST):
        _forget(work, batch, s, hanging_on(HangsOn.SIGNATURE | HangsOn.PAYMENT))
        s = batch.change(s, snoozed_until=None, snooze_reason="")
    if stage in _SIGNED:
        dates: Mapping[str, Any] = {"signed_at": now} if stage is Stage.SIGNED else {"invoiced_at": now}
        s = batch.change(s, **dates)
        payments.plan_money(batch, s)
    elif stage is Stage.PAID:
        s = batch.change(s, paid_at=now, closed_at=now, outcome="won")
        batch.schedule(undo_payment.end_of_day(s, now))
    elif stage is Stage.LOST:
        s = _lose(work, batch, s)
    elif not is_unsigned(Stage(before.stage)):
        s = _reopen(work, batch, s)
    return s


def _roll(work: Work, batch: RenewalBatch, s: RenewalView) -> RenewalView:
    if s.has_rolled:
        return agree(work, batch, s)
    return roll(work, batch, [s], with_proposed_value=True)[s.id]


def _forget(work: Work, batch: RenewalBatch, s: RenewalView, kinds: Collection[str]) -> None:
    jobs.cancel(work, kinds, [s.subject])


def _lose(work: Work, batch: RenewalBatch, s: RenewalView) -> RenewalView:
    """Its contracts run until their dates and end there; one whose next term began already ends now."""
    workspace_id = batch.ws.workspace_id
    until = work.session.scalar(
        select(func.max(Contract.renewal_date)).where(
            Contract.workspace_id == workspace_id, Contract.renewal_id == s.id
        )
    )
    if rolled := s.rolled_contracts:
        work.session.execute(
            update(Contract)
            .where(Contract.workspace_id == workspace_id, Contract.id.in_(rolled))
            .values(status="ended")
        )
        events.publish(work, ContractsWritten(rolled, "ended"))
    # When its date has passed, the job of the day on which its contracts would have ended is done already.
    term_end.end_lost(work, batch, [s])
    return batch.change(s, closed_at=batch.now, outcome="lost", lost_until=until or s.renewal_date)


def _reopen(work: Work, batch: RenewalBatch, s: RenewalView) -> RenewalView:
    """Signed or lost by mistake, or won back: the ladder begins again where it is now."""
    _forget(work, batch, s, hanging_on(HangsOn.DEADLINE | HangsOn.PAYMENT))
    work.session.execute(
        update(Contract)
        .where(Contract.workspace_id == batch.ws.workspace_id, Contract.renewal_id == s.id)
        .values(status="active")
    )
    again = work.session.scalars(work.select(Contract.id).where(Contract.renewal_id == s.id)).all()
    events.publish(work, ContractsWritten(again, "reopened"))
    s = batch.change(s, closed_at=None, outcome=None, signed_at=None, invoiced_at=None)
    return restart_ladder(batch, s)


PLAIN = ("forecast", "forecast_reason", "proposed_value", "proposed_currency", "close_date")


class Keep(Enum):
    """Stands for a field that is left as it is, where None means that it is emptied."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, slots=True)
class RenewalChange:
    """What a person wants changed. `proposed_value` is for the whole renewal, per year.

    A field that is not given stays as it is; None empties it. Stage, renewal date and reasons are never emptied: None
    leaves them. Field errors are keyed by these names. `final`: the terms that were signed; without them a signature is
    for what was proposed, and for the same term again.
    """

    stage: str | None = None
    forecast: str | Keep | None = KEEP
    forecast_reason: str | Keep | None = KEEP
    proposed_value: Decimal | Keep | None = KEEP
    proposed_currency: str | Keep | None = KEEP
    close_date: date | Keep | None = KEEP
    renewal_date: date | None = None
    lost_reason: str | None = None
    lost_words: str | None = None
    final: FinalTerms | None = None


def validate(s: RenewalView, wanted: RenewalChange, today: date) -> dict[str, str]:
    """One sentence for each field of a change that this renewal cannot take."""
    errors: dict[str, str] = {}
    if wanted.stage and wanted.stage != s.stage:
        errors |= _stage_errors(s, wanted)
    errors |= _forecast_errors(s, wanted) | _value_errors(s, wanted)
    if wanted.final is not None:
        errors |= signing.misfits(s, wanted.final)
    if isinstance(wanted.close_date, date) and wanted.close_date != s.close_date and wanted.close_date < today:
        errors["close_date"] = "Choose today or a later day."
    if wanted.renewal_date is not None and wanted.renewal_date != s.renewal_date:
        if not is_unsigned(Stage(s.stage)):
            errors["renewal_date"] = "It is signed or lost: its renewal date stays."
        elif wanted.renewal_date < today:
            errors["renewal_date"] = "Choose today or a later day."
    return errors


def _forecast_errors(s: RenewalView, wanted: RenewalChange) -> dict[str, str]:
    forecast = wanted.forecast
    if forecast is KEEP or not forecast or forecast == s.forecast:
        return {}
    if forecast not in list(Forecast):
        return {"forecast": "Choose one of the forecasts."}
    reason = wanted.forecast_reason
    # The form comes filled with the reason of the last forecast, which says nothing about this one.
    is_given = isinstance(reason, str) and reason.strip() not in ("", s.forecast_reason)
    return {} if is_given else {"forecast_reason": "Say in a few words why the forecast is what it is now."}


def _value_errors(s: RenewalView, wanted: RenewalChange) -> dict[str, str]:
    value, currency = wanted.proposed_value, wanted.proposed_currency
    if not isinstance(value, Decimal):
        return {}
    if value < 0:
        return {"proposed_value": "Write an amount of 0 or more."}
    if currency is KEEP:
        currency = s.proposed_currency
    if not currency:
        return {"proposed_value": "Write the currency too, such as EUR."}
    return {} if currency in CURRENCIES else {"proposed_currency": "Write a currency such as EUR or USD."}


def _stage_errors(s: RenewalView, wanted: RenewalChange) -> dict[str, str]:
    if wanted.stage not in list(Stage):
        return {"stage": "Choose one of the stages."}
    frm, to = Stage(s.stage), Stage(wanted.stage)
    if not can_move(frm, to):
        return {"stage": f"{label(frm)} cannot become {label(to)}. Sign it first."}
    if s.has_rolled and is_unsigned(to):
        return {"stage": "Its next term has begun already. It can still be invoiced, paid or lost."}
    if to is Stage.LOST:
        if wanted.lost_reason not in list(LostReason):
            return {"lost_reason": "Choose why it was lost."}
        if not (wanted.lost_words or "").strip():
            return {"lost_words": "Say in a few words what happened."}
    return {}
