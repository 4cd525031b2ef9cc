"""The table of methods: each noun's file adds its own, with the scope that Slack asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.platform import Platform
from bot.sandbox.web_api.arguments import Arguments

Method = Callable[[Platform, Arguments], dict[str, Any]]

KNOWN_SCOPES = (
    "bookmarks:read",
    "bookmarks:write",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "metadata.message:read",
    "mpim:read",
    "reactions:read",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
"""What a token carries when there is no manifest to say."""


@dataclass(frozen=True)
class Entry:
    """One method: what it does, the scope it needs (None: none, or decided inside), and whose token it wants."""

    run: Method
    scope: str | None
    app_level: bool = False


METHODS: dict[str, Entry] = {}


def method(name: str, scope: str | None = None, *, app_level: bool = False) -> Callable[[Method], Method]:
    """Add a function to the table under the Web API's name for it."""

    def add(run: Method) -> Method:
        METHODS[name] = Entry(run, scope, app_level)
        return run

    return add


def need_scope(platform: Platform, scope: str | None) -> None:
    """Raises missing_scope, naming what is needed and what the manifest gives."""
    if scope and not platform.manifest.allows(scope):
        raise SlackError("missing_scope", needed=scope, provided=granted(platform))


def granted(platform: Platform) -> str:
    """The bot's scopes as Slack lists them."""
    manifest = platform.manifest
    return ",".join(sorted(manifest.scopes) if manifest.given else KNOWN_SCOPES)
