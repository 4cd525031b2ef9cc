"""The numbers of one workspace: the defaults per tier, with what its people changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.policy import Policy, default_policy, policy_words, with_overrides
from bot.models import Workspace

EVERY_TIER = "*"


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy of each tier in one workspace. `overrides` is {"*": {...}, tier: {...}}, the tier's own come last."""

    overrides: Mapping[str, Mapping[str, Any]]
    _known: dict[str, Policy] = field(default_factory=dict)

    def of(self, tier: str) -> Policy:
        """The numbers for accounts of this tier."""
        if tier not in self._known:
            kept = {**self.overrides.get(EVERY_TIER, {}), **self.overrides.get(tier, {})}
            # A number that an earlier version had may still be among them.
            changes = {name: value for name, value in kept.items() if name in policy_words()}
            policy = default_policy(tier)
            self._known[tier] = with_overrides(policy, changes) if changes else policy
        return self._known[tier]

    def times(self) -> frozenset[time]:
        """The times of day at which anything is posted, whatever the tier."""
        every = [self.of(tier) for tier in ("", *self.overrides)]
        return frozenset(at for policy in every for at in (policy.alert_time, policy.pulse_time))


def load(session: Session, workspace_id: int) -> Policies:
    """The policies of a workspace."""
    return Policies(session.scalars(select(Workspace.policy).where(Workspace.id == workspace_id)).one())
