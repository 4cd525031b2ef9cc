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
