"""Slack's payloads in one shape: who, where, which thing of ours, and by what it is known when it comes twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.slack.commands import without_prefix
from bot.slack.ids import MENU, plain


class Kind(StrEnum):
    """What Slack sends, but for events."""

    COMMAND = "command"
    ACTION = "action"
    SUBMIT = "view_submission"
    CLOSE = "view_closed"
    OPTIONS = "options"
    SHORTCUT = "shortcut"


KIND_OF_TYPE = {
    "block_actions": Kind.ACTION,
    "view_submission": Kind.SUBMIT,
    "view_closed": Kind.CLOSE,
    "block_suggestion": Kind.OPTIONS,
    "shortcut": Kind.SHORTCUT,
    "message_action": Kind.SHORTCUT,
    # What older apps get, with which nothing of ours can be meant.
    "interactive_message": Kind.ACTION,
    "dialog_submission": Kind.ACTION,
    "dialog_cancellation": Kind.ACTION,
    "dialog_suggestion": Kind.OPTIONS,
}


@dataclass(frozen=True, slots=True)
class Payload:
    """One interactive payload, read."""

    kind: Kind
    id: str
    user: str
    channel: str | None
    trigger_id: str
    receipt: str
    text: str = ""
    action: Mapping[str, Any] = field(default_factory=dict)


def kind_of(body: Mapping[str, Any]) -> Kind | None:
    """Which kind of payload this is; None for an event, and for what Slack sends to no app like ours."""
    return Kind.COMMAND if "command" in body else KIND_OF_TYPE.get(str(body.get("type")))


def read_payload(kind: Kind, body: Mapping[str, Any], prefix: str = "") -> Payload:
    """The payload of a command, action, view, search or shortcut; `prefix` stands before the names of our commands."""
    incoming = _READ[kind](kind, body)
    return replace(incoming, id=without_prefix(incoming.id, prefix)) if prefix and kind is Kind.COMMAND else incoming


def event_receipt(body: Mapping[str, Any]) -> str:
    """By what an event is known when it comes twice."""
    return f"event:{body.get('event_id', '')}"


def _command(kind: Kind, body: Mapping[str, Any]) -> Payload:
    trigger = str(body.get("trigger_id", ""))
    text = str(body.get("text") or "").strip()
    return Payload(kind, body["command"], body["user_id"], body.get("channel_id"), trigger, f"command:{trigger}", text)


def _action(kind: Kind, body: Mapping[str, Any]) -> Payload:
    action = body["actions"][0]
    user = body["user"]["id"]
    receipt = f"action:{action.get('action_ts', '')}:{action['action_id']}:{user}"
    if plain(action["action_id"]) == MENU:
        # Choosing in a menu is pressing the button that its option names.
        named, _, value = str(action["selected_option"]["value"]).partition(" ")
        action = {**action, "action_id": named, "value": value, "selected_option": None}
    return Payload(
        kind,
        plain(action["action_id"]),
        user,
        _channel(body),
        str(body.get("trigger_id", "")),
        receipt,
        action=action,
    )


def _view(kind: Kind, body: Mapping[str, Any]) -> Payload:
    view = body["view"]
    # The words belong to the key: someone who corrects them after an answer got lost has written something new.
    words = json.dumps(view.get("state", {}).get("values", {}), sort_keys=True)
    receipt = f"view:{view['id']}:{hashlib.sha256(words.encode()).hexdigest()[:20]}"
    trigger = str(body.get("trigger_id", ""))
    return Payload(kind, view.get("callback_id", ""), body["user"]["id"], _origin(view), trigger, receipt)


def _origin(view: Mapping[str, Any]) -> str | None:
    """The channel a modal was opened from, where it carries one: there its answer is said."""
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return None
    found = carried.get("channel") if isinstance(carried, dict) else None
    return found if isinstance(found, str) else None


def _options(kind: Kind, body: Mapping[str, Any]) -> Payload:
    text = str(body.get("value") or "")
    return Payload(kind, plain(body["action_id"]), body["user"]["id"], _channel(body), "", "", text)


def _shortcut(kind: Kind, body: Mapping[str, Any]) -> Payload:
    trigger = str(body.get("trigger_id", ""))
    return Payload(kind, body["callback_id"], body["user"]["id"], _channel(body), trigger, f"shortcut:{trigger}")


def _channel(body: Mapping[str, Any]) -> str | None:
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    found = channel.get("id") or container.get("channel_id")
    return str(found) if found else None


_READ = {
    Kind.COMMAND: _command,
    Kind.ACTION: _action,
    Kind.SUBMIT: _view,
    Kind.CLOSE: _view,
    Kind.OPTIONS: _options,
    Kind.SHORTCUT: _shortcut,
}
