"""Growth that is possible at accounts: what cards and figures read of opportunities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import bindparam, select

from bot.db.scope import among, within
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
    found: dict[int, list[tuple[str | None, Decimal | None]]] = defaultdict(list)
    for account_id, currency, value in work.rows(_OPEN, ids=list(account_ids)):
        found[account_id].append((currency, value))
    return {account_id: summed(several) for account_id, several in found.items()}


_O = Opportunity.__table__.c
_OPEN = select(_O.account_id, _O.currency, _O.value).where(
    within(_O.workspace_id, bindparam("of")), among(_O.account_id), _O.closed_at.is_(None)
)


def summed(several: Sequence[tuple[str | None, Decimal | None]]) -> GrowthSum:
    """Values of opportunities together, each currency by itself."""
    values: dict[str, Decimal] = {}
    for currency, value in several:
        if value is not None and currency is not None:
            values[currency] = values.get(currency, Decimal(0)) + value
    return GrowthSum(values, len(several), sum(value is None or currency is None for currency, value in several))
