"""The app manifest: what Slack must be told about this app, from one table. Tests hold it against the handlers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.slack.commands import COMMANDS, prefixed
from bot.slack.ids import ShortcutId

NAME = "Perennial"
DESCRIPTION = "No renewal is forgotten: one living card per renewal, in the account's channel, until it is paid."
EVENTS_PATH = "/slack/events"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in Slack's shortcut menu; `kind` is "global" or "message"."""

    callback_id: str
    name: str
    about: str
    kind: str


SHORTCUTS = (
    Shortcut(ShortcutId.UPDATE_RENEWAL, "Update a renewal", "Say where a renewal stands.", "global"),
    Shortcut(ShortcutId.LOG_TOUCH, "Log a touchpoint", "Write down a contact with a customer.", "global"),
    Shortcut(ShortcutId.LOG_MESSAGE, "Log touchpoint", "Write down this message as a contact.", "message"),
)

SCOPES: Mapping[str, str] = {
    "chat:write": "post renewal cards and keep them up to date",
    "commands": "the slash commands and shortcuts below",
    "users:read": "names, time zones, and who is a guest",
    "users:read.email": "match the owners in a CRM export with people in Slack",
    "channels:read": "know whether a channel is shared with another company before anything is said there",
    "groups:read": "the same for private channels the bot was invited to",
    "channels:join": "enter a public account channel that the bot is to speak in",
    "channels:history": "find a card whose answer from Slack was lost; read a message that is to be logged",
    "groups:history": "the same in private channels the bot was invited to",
    "im:history": "the same in direct messages with the bot",
    "metadata.message:read": "tell the bot's own messages apart when the answer to one of them was lost",
    "links:read": "notice a link to an account",
    "links:write": "show the account's short card under such a link",
    "reactions:read": "notice the reaction that logs a message as a touchpoint",
    "files:write": "send you a file that you asked for: an overview for a spreadsheet",
    "im:write": "open a direct message, to remind one person alone",
}

EVENTS: Mapping[str, str] = {
    "app_home_opened": "show a person their desk",
    "app_uninstalled": "stop speaking",
    "channel_archive": "send what was meant for that channel elsewhere",
    "channel_rename": "keep the channel's name true",
    "channel_shared": "stop speaking in a channel as soon as another company can read it",
    "channel_unarchive": "speak there again",
    "channel_unshared": "speak there again",
    "group_archive": "the same for private channels",
    "group_rename": "the same for private channels",
    "group_unarchive": "the same for private channels",
    "link_shared": "show an account's short card under a link to it",
    "member_joined_channel": "notice being invited, and stop speaking where a guest begins to read",
    "member_left_channel": "speak again in a channel that the last guest has left",
    "reaction_added": "log the message as a touchpoint, when it is the reaction for that",
    "reaction_removed": "take that back",
    "tokens_revoked": "stop speaking",
    "user_change": "know at once when somebody leaves, becomes a guest or moves to another time zone",
}


def manifest(http: str | None = None, base_url: str = "", prefix: str = "") -> dict[str, Any]:
    """The manifest as Slack's JSON schema has it.

    `http` is the public address of the bot, such as https://bot.example.com, when Slack shall call it; without one the
    app uses Socket Mode. `base_url` is where links to accounts point: those links unfurl. `prefix` stands before the
    name of each command.
    """
    domain = urlsplit(base_url).hostname
    url = {"url": http.rstrip("/") + EVENTS_PATH} if http else {}
    request = {"request_url": url["url"]} if http else {}
    return {
        "display_information": {"name": NAME, "description": DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {"name": s.name, "type": s.kind, "callback_id": s.callback_id, "description": s.about}
                for s in SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": prefixed(c.name, prefix),
                    **url,
                    "description": prefixed(c.about, prefix),
                    **({"usage_hint": c.hint} if c.hint else {}),
                    "should_escape": False,
                }
                for c in COMMANDS
            ],
            **({"unfurl_domains": [domain]} if domain else {}),
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **request,
                **({"message_menu_options_url": url["url"]} if http else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": http is None,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(http: str | None = None, base_url: str = "", prefix: str = "") -> str:
    """The manifest as YAML, with the reason beside each scope and event; Slack takes it as it is."""
    return "\n".join(_lines(manifest(http, base_url, prefix), 0)) + "\n"


def _lines(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield f"{pad}{key}:"
            yield from _lines(item, depth + 1)
        elif isinstance(item, list):
            yield f"{pad}{key}:"
            for entry in item:
                yield from _entry(entry, pad)
        else:
            yield f"{pad}{key}: {_scalar(item)}"


def _entry(entry: Any, pad: str) -> Iterator[str]:
    if isinstance(entry, Mapping):
        first, *rest = (f"{key}: {_scalar(item)}" for key, item in entry.items())
        yield f"{pad}  - {first}"
        yield from (f"{pad}    {line}" for line in rest)
        return
    reason = SCOPES.get(entry) or EVENTS.get(entry)
    yield f"{pad}  - {_scalar(entry)}" + (f"  # {reason}" if reason else "")


def _scalar(value: Any) -> str:
    # A JSON scalar is a YAML scalar, and a quoted one is never read as something else.
    return json.dumps(value, ensure_ascii=False)
