"""What holds for all of a workspace's renewals: its zone, holidays, numbers and routes. Loaded once a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import bindparam, select

from bot.core.hours import Hours
from bot.db.work import Work
from bot.models import Workspace
from bot.workspace import hours as workspace_hours
from bot.workspace import policies, routes
from bot.workspace.hours import WorkspaceHours
from bot.workspace.policies import Policies
from bot.workspace.presence import People
from bot.workspace.routes import Routes

Answer = TypeVar("Answer")
MOST_KNOWN = 50_000
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class WorkspaceContext:
    """One workspace. `working` gives the hours of its people; `leadership` is a channel id, if there is one."""

    workspace_id: int
    working: WorkspaceHours
    policies: Policies
    routes: Routes
    leadership: str | None
    people: People = field(default_factory=People, compare=False, repr=False)
    _known: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)
    _hours: dict[tuple[str | None, ...], Hours] = field(default_factory=dict, compare=False, repr=False)

    @property
    def zone(self) -> str:
        """The zone of those whose own is unknown."""
        return self.working.zone

    @property
    def hours(self) -> Hours:
        """When nobody in particular is spoken to."""
        return self.working.hours

    def alert_hours(self, tier: str, zone: str | None, country: str | None, own: str | None) -> Hours:
        """The hours of a person, away or not, from the time of a tier's alerts on; `zone` is None for nobody."""
        found = self._hours.get((tier, zone, country, own))
        if found is None:
            found = self.working.of(zone, country, own).starting(self.policies.of(tier).alert_time)
            self._hours[tier, zone, country, own] = found
        return found

    def remembered(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """What `work_out` gives, worked out once for each key: thousands of renewals share a few hundred dates.

        It may depend on the key and the policies, and on nothing else: it is still known in the
        next batch.
        """
        found = self._known.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._known[key] = work_out()
        return found  # type: ignore[return-value]


def of(work: Work) -> WorkspaceContext:
    """What holds for the workspace of this work, loaded once for all of it."""
    return work.once(_load)


_OWN = select(
    Workspace.timezone,
    Workspace.country,
    Workspace.policy,
    Workspace.leadership_channel,
    Workspace.fallback_channel,
).where(Workspace.id == bindparam("of"))


def _load(work: Work) -> WorkspaceContext:
    zone, country, overrides, leadership, fallback = work.rows(_OWN).one()
    known = _known_of(json.dumps(overrides, sort_keys=True))
    if len(known) > MOST_KNOWN:
        known.clear()
    working = workspace_hours.of_workspace(zone, country, overrides)
    return WorkspaceContext(
        work.workspace_id,
        working,
        Policies(policies.current(overrides)),
        routes.load(work, fallback),
        leadership,
        People(work, working),
        known,
    )


@lru_cache(maxsize=64)
def _known_of(_overrides: str) -> dict[Hashable, object]:
    return {}
