"""Renewal rate by value: of what fell due, how much was signed and how much was paid, without upsell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.metrics.rules.rates import Rates


@dataclass(frozen=True, slots=True)
class DueTerm:
    """A renewal that fell due: {currency: amount a year} of its contracts and of what was signed, None as they were."""

    values: Mapping[str, str]
    final: Mapping[str, str] | None
    is_signed: bool
    is_paid: bool


@dataclass(frozen=True, slots=True)
class RenewedValue:
    """A year's value that fell due, and what of it was signed and paid, in one currency; never more than fell due."""

    currency: str
    due: float
    signed: float
    paid: float


def renewed(terms: Iterable[DueTerm], rates: Rates, start: date) -> list[RenewedValue]:
    """In one currency where every rate of `start` is known, else one for each currency, never added.

    Of each renewal at most what fell due counts: upsell of one customer makes up for no other's loss.
    """
    known = list(terms)
    currencies = {currency for term in known for currency in (*term.values, *(term.final or ()))}
    at = rates.on(start, currencies)
    if at is not None:
        found = {rates.currency: [_sums(term, at) for term in known]} if currencies else {}
    else:
        found = {one: [_sums(term, {one: 1.0}) for term in known] for one in sorted(currencies)}
    return [RenewedValue(currency, *map(sum, zip(*sums, strict=True))) for currency, sums in found.items()]


def _sums(term: DueTerm, rates: Mapping[str, float]) -> tuple[float, float, float]:
    due = _worth(term.values, rates)
    final = due if term.final is None else min(due, _worth(term.final, rates))
    return due, final * term.is_signed, final * term.is_paid


def _worth(values: Mapping[str, str], rates: Mapping[str, float]) -> float:
    return sum(float(amount) * rates[currency] for currency, amount in values.items() if currency in rates)
