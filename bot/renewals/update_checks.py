"""What a person may want changed on a renewal, and which of it does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from bot.core.money import CURRENCIES
from bot.renewals import signing
from bot.renewals.rules.stages import Forecast, LostReason, Stage, can_move, is_unsigned, label
from bot.renewals.signing import FinalTerms
from bot.renewals.view import RenewalView

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
    if "rolled" in s.facts and is_unsigned(to):
        return {"stage": "Its next term has begun already. It can still be invoiced, paid or lost."}
    if to is Stage.LOST:
        if wanted.lost_reason not in list(LostReason):
            return {"lost_reason": "Choose why it was lost."}
        if not (wanted.lost_words or "").strip():
            return {"lost_words": "Say in a few words what happened."}
    return {}
