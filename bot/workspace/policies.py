"""The numbers of one workspace: the defaults per tier, with what its people changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sqlalchemy import select

from bot.core.policy import Policy, default_policy, policy_numbers, with_overrides
from bot.db.work import Work
from bot.models import Workspace

EVERY_TIER = "*"
_NUMBERS = frozenset(policy_numbers())


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy of each tier in one workspace. `overrides` is {"*": {...}, tier: {...}}, the tier's own come last."""

    overrides: Mapping[str, Mapping[str, Any]]
    _known: dict[str, Policy] = field(default_factory=dict)

    def of(self, tier: str) -> Policy:
        """The numbers for accounts of this tier."""
        if tier not in self._known:
            changes = {**self.overrides.get(EVERY_TIER, {}), **self.overrides.get(tier, {})}
            policy = default_policy(tier)
            self._known[tier] = with_overrides(policy, changes) if changes else policy
        return self._known[tier]

    def chosen(self, tier: str) -> frozenset[str]:
        """The names of the numbers that this workspace has set for accounts of this tier."""
        return frozenset((*self.overrides.get(EVERY_TIER, {}), *self.overrides.get(tier, {})))

    def times(self) -> frozenset[time]:
        """The times of day at which alerts and pulses are posted, whatever the tier."""
        usual, names = default_policy(), ("alert_time", "pulse_time")
        changed = (changes[name] for changes in self.overrides.values() for name in names if name in changes)
        return frozenset((usual.alert_time, usual.pulse_time, *map(time.fromisoformat, changed)))


def load(work: Work) -> Policies:
    """The policies of a workspace."""
    return Policies(
        current(work.session.scalars(select(Workspace.policy).where(Workspace.id == work.workspace_id)).one())
    )


def current(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The overrides that a workspace has kept, without numbers that only an earlier version had."""
    return {
        tier: {name: value for name, value in changes.items() if name in _NUMBERS} for tier, changes in kept.items()
    }
