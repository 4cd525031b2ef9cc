"""Slash commands, and their names where another app of the workspace already has ours.

What the bot says quotes its commands; here they are put under the name they have, in what is about to be shown. A word
that a person typed and that looks like a command of ours is renamed as well: nothing marks it as theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from bot.errors import FieldErrors, Refused
from bot.slack.ids import CommandId

MANAGERS = ("manager", "admin")


@dataclass(frozen=True, slots=True)
class More:
    """What a command does besides, with a word behind it, for those in one of `roles`."""

    example: str
    about: str
    roles: tuple[str, ...] = MANAGERS


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command. `hint` is what Slack shows behind it; `example` what README, refusals and `/retention` show."""

    name: str
    does: str
    hint: str
    example: str
    more: tuple[More, ...] = ()
    beside: str = ""

    @property
    def about(self) -> str:
        """What Slack shows to everyone: Slack knows no roles."""
        return f"{self.does}{self.beside}"


COMMANDS: list[Command] = []
"""Every slash command, in the order in which help names them; bot/features.py fills it."""

T = TypeVar("T")
_NAMES = "|".join(re.escape(command.removeprefix("/")) for command in CommandId)
_QUOTED = re.compile(rf"(?<![\w/.:-])/({_NAMES})(?![\w/-])")


def prefixed(shown: T, prefix: str) -> T:
    """The same words, message, view, answer or refusal, with our commands under the names they have here."""
    return cast(T, _renamed(shown, prefix)) if prefix else shown


def without_prefix(command: str, prefix: str) -> str:
    """A command's own name, as in "/account", whatever it is called here."""
    return f"/{command.removeprefix('/').removeprefix(prefix)}" if prefix else command


def _renamed(shown: Any, prefix: str) -> Any:
    if isinstance(shown, str):
        return _QUOTED.sub(rf"/{prefix}\1", shown)
    if isinstance(shown, Mapping):
        return _renamed_in(shown, prefix)
    if isinstance(shown, list | tuple):
        return type(shown)(_renamed(one, prefix) if not isinstance(one, str) else one for one in shown)
    if isinstance(shown, FieldErrors):
        return FieldErrors({field: _renamed(words, prefix) for field, words in shown.errors.items()})
    if isinstance(shown, Refused):
        return type(shown)(_renamed(shown.message, prefix))
    if is_dataclass(shown) and not isinstance(shown, type):
        return replace(shown, **{one.name: _part(one.name, getattr(shown, one.name), prefix) for one in fields(shown)})
    return shown


def _renamed_in(shown: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Only what is read, under "text"; a value, an address or what somebody began to write stays as it is."""
    return {name: _part(name, value, prefix) for name, value in shown.items()}


def _part(name: str, value: Any, prefix: str) -> Any:
    if isinstance(value, str):
        return _renamed(value, prefix) if name == "text" else value
    return _renamed(value, prefix) if isinstance(value, Mapping | list | tuple) else value
