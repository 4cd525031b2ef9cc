"""Events about insights."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InsightChanged:
    """An insight was corrected, retired or put back. `was` and `now` are what is told of it: words and link."""

    insight_id: int
    was: str
    now: str
