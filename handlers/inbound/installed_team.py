"""Whether Slack tells this of the workspace that the bot is installed in: a distributed app hears of others too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_ours(body: Mapping[str, Any], team_id: str) -> bool:
    """Whether a payload (command, action, modal, shortcut, event) is for the workspace `team_id`.

    A payload that names no workspace is one of an organisation's, which leaves `team` empty; its signature says that it
    is for this app, and who asks is looked up in any case.
    """
    named = named_teams(body)
    return not named or team_id in named


def named_teams(body: Mapping[str, Any]) -> frozenset[str]:
    """The workspaces that a payload is for, from the place that knows best; empty when it names none."""
    # A modal opened in a shared channel may be sent off in the other company's workspace; its view knows whose it is.
    installed = _text(body.get("view"), "app_installed_team_id")
    if installed:
        return frozenset((installed,))
    # An event is sent for these installations; the `team_id` beside them may be the other company's.
    authorizations = body.get("authorizations")
    authorized = [_text(one, "team_id") for one in authorizations] if isinstance(authorizations, list) else []
    if any(authorized):
        return frozenset(filter(None, authorized))
    team = body.get("team")
    told = (team if isinstance(team, str) else _text(team, "id")) or _text(body, "team_id")
    if not told:
        told = _text(body.get("view"), "team_id") or _text(body.get("user"), "team_id")
    # An organisation's own id, which begins with E, names no workspace.
    return frozenset((told,)) if told and not told.startswith("E") else frozenset()


def _text(place: object, name: str) -> str:
    value = place.get(name) if isinstance(place, Mapping) else None
    return value if isinstance(value, str) else ""
