"""Events about renewals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ForecastChanged:
    """Somebody called a renewal something else, as it stands now; `forecast` is None when they took the call back."""

    renewal_id: int
    account_id: int
    by_id: int
    forecast: str | None


@dataclass(frozen=True, slots=True)
class RenewalDecided:
    """How a renewal stands with its customer was written: signed, lost, corrected, or open again.

    Who listens looks at the renewal as it is now. `by_id` is the member who did it.
    """

    renewal_id: int
    by_id: int
