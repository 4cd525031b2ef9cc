"""What holds for all of a workspace's renewals: its zone, holidays, numbers and routes. Loaded once a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.calendar import DaysOff
from bot.core.holidays_of import days_off_of
from bot.models import Workspace
from bot.workspace import policies, routes
from bot.workspace.policies import Policies
from bot.workspace.presence import People
from bot.workspace.routes import Routes

Answer = TypeVar("Answer")
MOST_KNOWN = 50_000
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Office:
    """One workspace. `zone` is for those whose own zone is unknown; `leadership` a channel id, if there is one.

    `holidays` are the days off where nobody in particular is spoken to; `country` is the workspace's, empty for none.
    """

    workspace_id: int
    zone: str
    holidays: Container[date]
    policies: Policies
    routes: Routes
    leadership: str | None
    country: str = ""
    people: People = field(default_factory=People, compare=False, repr=False)
    _known: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)

    def days_off(self, chosen: str | None, zone: str | None) -> DaysOff:
        """The days off of a person: of the country they chose, else of their zone's, else of the workspace's."""
        return days_off_of(chosen, zone, self.country)

    def remembered(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """What `work_out` gives, worked out once for each key: thousands of renewals share a few hundred dates.

        It may depend on the key and the policies, and on nothing else: it is still known in the
        next batch.
        """
        found = self._known.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._known[key] = work_out()
        return found  # type: ignore[return-value]


def load(session: Session, workspace_id: int) -> Office:
    """A workspace's own settings."""
    zone, country, leadership = session.execute(
        select(Workspace.timezone, Workspace.country, Workspace.leadership_channel).where(Workspace.id == workspace_id)
    ).one()
    numbers = policies.load(session, workspace_id)
    known = _known_of(json.dumps(numbers.overrides, sort_keys=True))
    if len(known) > MOST_KNOWN:
        known.clear()
    return Office(
        workspace_id,
        zone,
        days_off_of(country, zone),
        numbers,
        routes.load(session, workspace_id),
        leadership,
        country,
        People(session, workspace_id),
        known,
    )


@lru_cache(maxsize=64)
def _known_of(_overrides: str) -> dict[Hashable, object]:
    return {}
