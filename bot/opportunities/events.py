"""Events about opportunities."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpportunityRemoved:
    """An opportunity was written down by mistake. `origin` is what it was opened from, as its row kept it."""

    account_id: int
    origin: str
