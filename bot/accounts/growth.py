"""Growth that is possible at accounts: what cards and figures read of opportunities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from bot.db.scope import within
from bot.db.work import Work
from bot.models import Opportunity


@dataclass(frozen=True, slots=True)
class GrowthSum:
    """Opportunities together: {currency: amount a year}, how many there are, and how many have no value."""

    values: dict[str, Decimal] = field(default_factory=dict)
    count: int = 0
    unvalued: int = 0


def possible(work: Work, account_ids: Collection[int]) -> dict[int, GrowthSum]:
    """What is open at each account; those without an open opportunity are left out."""
    rows = work.session.execute(
        select(Opportunity.account_id, Opportunity.currency, Opportunity.value).where(
            within(Opportunity.workspace_id, work.workspace_id),
            Opportunity.account_id.in_(account_ids),
            Opportunity.closed_at.is_(None),
        )
    )
    found: dict[int, list[tuple[str | None, Decimal | None]]] = defaultdict(list)
    for account_id, currency, value in rows:
        found[account_id].append((currency, value))
    return {account_id: summed(several) for account_id, several in found.items()}


def summed(several: Sequence[tuple[str | None, Decimal | None]]) -> GrowthSum:
    """Values of opportunities together, each currency by itself."""
    values: dict[str, Decimal] = {}
    for currency, value in several:
        if value is not None and currency is not None:
            values[currency] = values.get(currency, Decimal(0)) + value
    return GrowthSum(values, len(several), sum(value is None or currency is None for currency, value in several))
