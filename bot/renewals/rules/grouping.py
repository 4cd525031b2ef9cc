"""Which contracts renew together: one talk with the customer, one card, the earliest deadline rules."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from bot.core.money import Money, total


class Term(NamedTuple):
    """One recurring contract's coming term. `value` is None when nobody knows it."""

    contract_id: int
    deadline: date
    renewal_date: date
    value: Decimal | None = None
    currency: str | None = None


class Group(NamedTuple):
    """Contracts that renew together, with the earliest deadline and the earliest renewal date among them.

    `values` has one sum per currency; `unvalued` counts the contracts whose value or currency is unknown.
    """

    deadline: date
    renewal_date: date
    contract_ids: tuple[int, ...]
    values: tuple[Money, ...] = ()
    unvalued: int = 0


def group(terms: Iterable[Term], within_days: int = 30) -> list[Group]:
    """The renewals of one account: contracts whose deadlines lie within `within_days` of a group's earliest.

    Groups come by deadline; the order in which terms are given does not matter. ValueError when a contract is
    given twice or `within_days` is negative.
    """
    if within_days < 0:
        raise ValueError("Contracts are grouped within 0 days or more.")
    waiting = sorted(terms, key=lambda term: (term.deadline, term.renewal_date, term.contract_id))
    if len({term.contract_id for term in waiting}) < len(waiting):
        raise ValueError("A contract can be in one renewal only.")
    members: list[list[Term]] = []
    for term in waiting:
        if members and term.deadline <= members[-1][0].deadline + timedelta(days=within_days):
            members[-1].append(term)
        else:
            members.append([term])
    return [_group(together) for together in members]


def _group(members: list[Term]) -> Group:
    known = [Money(term.value, term.currency) for term in members if term.value is not None and term.currency]
    return Group(
        deadline=members[0].deadline,
        renewal_date=min(term.renewal_date for term in members),
        contract_ids=tuple(sorted(term.contract_id for term in members)),
        values=tuple(Money(amount, currency) for currency, amount in sorted(total(known).items())),
        unvalued=len(members) - len(known),
    )
