"""Events about health scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.health.compute import Computed


@dataclass(frozen=True, slots=True)
class ScoresComputed:
    """These scores were computed: because something was learnt, or (`is_sweep`) since all are, every night."""

    rescored: Sequence[Computed]
    is_sweep: bool = False


@dataclass(frozen=True, slots=True)
class NightScored:
    """All scores that change in this night have changed: what goes by scores may look at them now."""
