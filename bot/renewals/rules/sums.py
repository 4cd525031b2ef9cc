"""What several renewals are worth together: by currency, never across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RenewalSum:
    """How many renewals, their value a year as {currency: amount as text}, and contracts without a known value.

    The currency of the most renewals comes first.
    """

    count: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    unknown: int = 0


def together(sums: Sequence[RenewalSum]) -> RenewalSum:
    """All of these in one."""
    totals: dict[str, Decimal] = {}
    for one in sums:
        for currency, amount in one.values.items():
            totals[currency] = totals.get(currency, Decimal(0)) + Decimal(amount)
    values = {currency: str(amount) for currency, amount in totals.items()}
    return RenewalSum(sum(one.count for one in sums), values, sum(one.unknown for one in sums))
