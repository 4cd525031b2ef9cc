"""What was signed: the next term's value, length and dates, as the form says or as they follow from the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.core.money import CURRENCIES, differ
from bot.db.work import Work
from bot.renewals import card, view
from bot.renewals.batch import RenewalBatch
from bot.renewals.rollover import final_values, next_term, running
from bot.renewals.rules.terms import next_renewal
from bot.renewals.view import RenewalView

LONGEST = 1200
"""Months."""


@dataclass(frozen=True, slots=True)
class FinalTerms:
    """The terms that were signed. `values` is {currency: amount a year}; `ends` is the next renewal date."""

    values: Mapping[str, Decimal]
    months: int
    starts: date
    ends: date


def shown(work: Work, renewal_id: int) -> FinalTerms | None:
    """What a form shows: what was signed, or what a signature would be for; None when there is no such renewal."""
    s = view.load(work, [renewal_id], locked=False).get(renewal_id)
    if s is None:
        return None
    if s.term_starts is not None and s.term_ends is not None:
        return FinalTerms(final_values(s), s.final_term_months or s.term_months, s.term_starts, s.term_ends)
    return proposed(work, RenewalBatch(work), s)


def proposed(work: Work, batch: RenewalBatch, s: RenewalView) -> FinalTerms:
    """What is signed when nobody says otherwise: what was proposed, or they pay now, for the term that follows."""
    today = s.today(batch.ws, batch.now)
    own = running(work, [s.id]).get(s.id, [])
    ends, months = min(
        (next_term(c, today) for c in own),
        default=(next_renewal(s.renewal_date, s.term_months, max(s.renewal_date, today)), s.term_months),
    )
    is_last_day = any(c.renewal_date == s.renewal_date and c.ends_on_last_day for c in own)
    return FinalTerms(
        values=proposed_values(s),
        months=months,
        starts=s.renewal_date + timedelta(days=is_last_day),
        ends=s.next_renewal_date or ends,
    )


def proposed_values(s: RenewalView) -> dict[str, Decimal]:
    """What was proposed; in currencies of which nothing was said, what they pay now."""
    now = {currency: Decimal(amount) for currency, amount in s.values.items()}
    if s.proposed_value is None or not s.proposed_currency:
        return now
    offered = {s.proposed_currency: s.proposed_value}
    return {**now, **offered} if s.proposed_currency in now else offered


def stored(final: FinalTerms) -> dict[str, Any]:
    """The terms as the renewal's columns."""
    return {
        "final_values": texts(final.values),
        "final_term_months": final.months,
        "term_starts": final.starts,
        "term_ends": final.ends,
    }


def texts(values: Mapping[str, Decimal]) -> dict[str, str] | None:
    """{currency: amount as text}; None when nothing is known."""
    return {currency: str(card.amount(amount)) for currency, amount in sorted(values.items())} or None


def changed(s: RenewalView, final: FinalTerms) -> dict[str, Any]:
    """Those of the columns that say something else than the renewal does."""
    new = stored(final)
    if not differ(s.final_values or {}, new["final_values"] or {}):
        new.pop("final_values")
    return {name: value for name, value in new.items() if value != getattr(s, name)}


NOT_SIGNED: Mapping[str, Any] = {
    "final_values": None,
    "final_term_months": None,
    "term_starts": None,
    "term_ends": None,
}
"""The columns of a renewal that is not signed, or no more."""


def misfits(s: RenewalView, final: FinalTerms) -> dict[str, str]:
    """One sentence for each of the terms that cannot be, keyed final_value (or final_value_EUR), term_months, …"""
    errors: dict[str, str] = {}
    for currency, amount in final.values.items():
        name = "final_value" if len(final.values) == 1 else f"final_value_{currency}"
        if currency not in CURRENCIES:
            errors[name] = "Write a currency such as EUR or USD."
        elif amount < 0:
            errors[name] = "Write an amount of 0 or more."
    if not 1 <= final.months <= LONGEST:
        errors["term_months"] = f"Write a whole number of months, 1 to {LONGEST}."
    if final.ends <= final.starts:
        errors["term_ends"] = "Choose a day after the first day of the new term."
    runs = (s.term_starts or s.renewal_date, s.term_ends or s.next_renewal_date or final.ends)
    if s.has_rolled and (final.starts, final.ends) != runs:
        errors["term_ends"] = "The new term has begun already: its dates stay. The value can still be corrected."
    return errors
