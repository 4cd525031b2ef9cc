"""What managers change in Slack: channels, routes, and the numbers of the policy."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.core.audience import Why
from bot.core.events import publish
from bot.core.policy import Tier, default_policy, defaults_mark, policy_numbers, with_overrides, written
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, Route, Workspace
from bot.workspace import channels, policies, setting_changes
from bot.workspace.events import PolicyChanged
from bot.workspace.forms import NumberValue
from bot.workspace.policies import EVERY_TIER

ROUTE_KINDS = ("segment", "tier")

_INSTEAD = "Choose one that only your team reads"
CLOSED: Mapping[Why, str] = {
    Why.SHARED: f"That channel is shared with another company. {_INSTEAD}.",
    Why.GUEST: f"A guest reads that channel. {_INSTEAD}, or let guests read along (/retention settings, Channels).",
    Why.UNREACHABLE: f"That channel is archived. {_INSTEAD}.",
}
"""Why a channel cannot be chosen, and what to do."""


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """A workspace's own settings. `routes` are (kind, value, channel); `numbers` is {"*" or tier: {name: value}}."""

    fallback_channel: str | None
    leadership_channel: str | None
    routes: tuple[tuple[str, str, str], ...]
    numbers: Mapping[str, Mapping[str, Any]]
    segments: tuple[str, ...]
    guests_may_read: bool = False


def read(work: Work) -> WorkspaceSettings:
    """The settings as they are; `segments` are those that accounts have, most frequent first, at most a hundred."""
    row = work.session.execute(
        select(
            Workspace.fallback_channel, Workspace.leadership_channel, Workspace.policy, Workspace.guests_may_read
        ).where(Workspace.id == work.workspace_id)
    ).one()
    routes = work.session.execute(work.select(Route.kind, Route.value, Route.channel).order_by(Route.kind, Route.value))
    segments = work.session.scalars(
        work.select(Account.segment)
        .where(Account.segment != "")
        .group_by(Account.segment)
        .order_by(func.count().desc(), Account.segment)
        .limit(100)
    )
    return WorkspaceSettings(
        row.fallback_channel,
        row.leadership_channel,
        tuple((kind, value, channel) for kind, value, channel in routes),
        policies.current(row.policy),
        tuple(segments),
        row.guests_may_read,
    )


def set_channels(work: Work, fallback: str | None, leadership: str | None) -> None:
    """Say where cards go that have no other place, and where leadership reads. None leaves a place empty.

    Raises Refused for a channel that is known to be closed to the team's words; who chooses asks Slack first.
    """
    _require_open(work, fallback, leadership)
    work.session.execute(
        update(Workspace)
        .where(Workspace.id == work.workspace_id)
        .values(fallback_channel=fallback, leadership_channel=leadership)
    )
    work.forget()


def set_route(work: Work, kind: str, value: str, channel: str | None) -> None:
    """Say where accounts of a segment or tier speak that have no channel of their own; None takes the route away."""
    if kind not in ROUTE_KINDS:
        raise Refused("Choose whether the route is for a segment or for a tier.")
    value = " ".join(value.split())
    if kind == "tier":
        value = value.casefold()
        if value not in set(Tier):
            raise Refused(f"There is no tier {value!r}. Choose one of: {', '.join(Tier)}.")
    if not value:
        raise Refused("Write the segment as it stands at the account, such as Retail.")
    _require_open(work, channel)
    known = (Route.workspace_id == work.workspace_id, Route.kind == kind, func.lower(Route.value) == value.lower())
    work.session.execute(delete(Route).where(*known))
    if channel:
        values = {"workspace_id": work.workspace_id, "kind": kind, "value": value[:100], "channel": channel}
        work.session.execute(insert_for(work.session, Route.__table__).values(**values))
    work.forget()


def set_number(work: Work, tier: str, name: str, given: str, by: int | None = None) -> None:
    """Change one number of the policy for a tier, or for all of them ("*"); empty text gives the default back.

    Who did (`by`, a member) and when is kept with it.

    Raises Refused, saying what to write, when it is no number that this place can take.
    """
    if tier != EVERY_TIER and tier not in set(Tier):
        raise Refused("Choose which accounts the number is for.")
    if name not in policy_numbers():
        raise Refused("Choose a number to change.")
    written_before = select(Workspace.policy).where(Workspace.id == work.workspace_id).with_for_update()
    overrides = policies.current(work.session.scalars(written_before).one())
    mine = overrides.setdefault(tier, {})
    old = mine.pop(name, None)
    if given.strip():
        mine[name] = _value(tier, name, given)
    _check(overrides)
    setting_changes.keep(work, name, tier, _kept(old), _kept(mine.get(name)), by)
    kept = {key: value for key, value in overrides.items() if value}
    work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(policy=kept))
    work.forget()
    publish(work, PolicyChanged())


def numbers_of(work: Work, names: Collection[str]) -> list[NumberValue]:
    """What counts for some numbers now: for every tier, and where a tier differs; as they are written."""
    counts = policies.load(work)
    every = counts.overrides.get(EVERY_TIER, {})
    found = []
    for name in names:
        usual = written(getattr(default_policy(), name))
        value = written(every[name]) if name in every else usual
        tiers = {str(tier): written(getattr(counts.of(tier), name)) for tier in Tier}
        is_own = any(name in mine for mine in counts.overrides.values())
        differs = {tier: one for tier, one in tiers.items() if one != value}
        found.append(NumberValue(name, value, usual, differs, is_own))
    return found


def plan_by_new_defaults(work: Work) -> None:
    """Have everything planned anew when this program has other default numbers than the one before it."""
    mark = defaults_mark()
    changed = (
        update(Workspace)
        .where(Workspace.id == work.workspace_id, Workspace.defaults != mark)
        .values(defaults=mark)
        .returning(Workspace.id)
    )
    if work.session.execute(changed).first() is not None:
        publish(work, PolicyChanged())


def stop(work: Work, reason: str) -> None:
    """Send nothing more: the app was taken out of the workspace. The next start with a good token lifts it."""
    work.session.execute(update(Workspace).where(Workspace.id == work.workspace_id).values(stopped_reason=reason))


def _check(overrides: Mapping[str, Mapping[str, Any]]) -> None:
    for tier in Tier:
        try:
            with_overrides(default_policy(tier), {**overrides.get(EVERY_TIER, {}), **overrides.get(tier, {})})
        except ValueError as wrong:
            raise Refused(str(wrong)) from wrong


def _value(tier: str, name: str, written: str) -> Any:
    default = getattr(default_policy(None if tier == EVERY_TIER else tier), name)
    if isinstance(default, tuple):
        parts = [part for part in re.split(r"[,;\s]+", written.strip().strip("[]")) if part]
        return [_whole(part) for part in parts]
    if isinstance(default, int):
        return _whole(written.strip())
    hours = re.fullmatch(r"(\d{1,2})[:.](\d{2})", written.strip())
    return f"{int(hours[1]):02}:{hours[2]}" if hours else written.strip()


def _kept(value: Any) -> str:
    """A value as people write it; empty for none of one's own."""
    return "" if value is None else written(value)


def _whole(written: str) -> int:
    if not re.fullmatch(r"\d{1,6}", written):
        raise Refused(f"{written!r} is not a whole number. Write digits only, such as 30; several with commas.")
    return int(written)


def _require_open(work: Work, *chosen: str | None) -> None:
    for why in channels.why_closed(work, [one for one in chosen if one]).values():
        raise Refused(CLOSED[why])


__all__ = ["CLOSED", "ROUTE_KINDS", "WorkspaceSettings", "read", "set_channels", "set_number", "set_route", "stop"]
