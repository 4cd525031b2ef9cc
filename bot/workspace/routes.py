"""Where an account speaks: its channel, a route, its owner, the fallback; with the reason when not in its channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from bot.db.work import Work
from bot.models import Route


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel, or a person by direct message, or neither. `routed`: "", "route", "owner", "fallback", "nowhere"."""

    channel: str | None
    recipient: str | None
    routed: str

    @property
    def place(self) -> str | None:
        """The channel's or the person's Slack id."""
        return self.channel or self.recipient


NOWHERE = Destination(None, None, "nowhere")


@dataclass(frozen=True, slots=True)
class Routes:
    """One workspace's routes: segment and tier (lower case) to channel, and its fallback channel."""

    segments: Mapping[str, str]
    tiers: Mapping[str, str]
    fallback: str | None

    def destination(self, channel: str | None, segment: str, tier: str, owner: str | None) -> Destination:
        """Where an account speaks, from its columns and its owner's Slack id."""
        if channel:
            return Destination(channel, None, "")
        route = self.segments.get(segment.casefold()) or self.tiers.get(tier.casefold())
        if route:
            return Destination(route, None, "route")
        if owner:
            return Destination(None, owner, "owner")
        if self.fallback:
            return Destination(self.fallback, None, "fallback")
        return NOWHERE


_ALL = select(Route.kind, Route.value, Route.channel).where(Route.workspace_id == bindparam("of"))


def load(work: Work, fallback: str | None) -> Routes:
    """The routes of a workspace whose fallback channel is this."""
    by_kind: dict[str, dict[str, str]] = {"segment": {}, "tier": {}}
    for kind, value, channel in work.rows(_ALL):
        by_kind.setdefault(kind, {})[value.casefold()] = channel
    return Routes(by_kind["segment"], by_kind["tier"], fallback)
