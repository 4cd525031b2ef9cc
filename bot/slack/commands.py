"""Slash commands, and their names where another app of the workspace already has ours.

What the bot says quotes its commands; here they are put under the name they have, in what is about to be shown. A word
that a person typed and that looks like a command of ours is renamed as well: nothing marks it as theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar, cast

from bot.errors import FieldErrors, Refused

ACCOUNT = "[account]"
"""The hint of a command that is about one account."""

MANAGERS = ("manager", "admin")
EVERYBODY = ("rep", "support", *MANAGERS)


@dataclass(frozen=True, slots=True)
class More:
    """What a command does besides, with a word behind it, for those in one of `roles`."""

    example: str
    about: str
    roles: tuple[str, ...] = MANAGERS


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: all that is said of it anywhere.

    `hint` is what Slack shows behind it, empty where nothing is typed there; `example` what README and `/retention`
    show; `beside` what Slack alone shows. Where a command about an account (`hint` is `ACCOUNT`) does not say which,
    some are offered, and `offers` is the action that stands for choosing one; its own unless another button does the
    same. `takes_sentences`: what is typed behind it is worth giving back when it is refused. `is_daily`: people type it
    on most days, so `/retention` names it at once; the others come with *All commands*.
    """

    name: str
    does: str
    hint: str
    example: str
    more: tuple[More, ...] = ()
    beside: str = ""
    offers: str = ""
    takes_sentences: bool = False
    is_daily: bool = False

    @property
    def chooser(self) -> str:
        """The action by which one of the offered accounts is chosen; empty for a command that is about none."""
        return self.offers or (f"{self.name.removeprefix('/')}.open" if self.hint == ACCOUNT else "")

    @property
    def about(self) -> str:
        """What Slack shows to everyone: Slack knows no roles."""
        return f"{self.does}{self.beside}"


COMMANDS: list[Command] = []
"""Every slash command, in the order in which help names them: `commands` of every feature."""

T = TypeVar("T")
Rename = Callable[[str], str]


def named(name: str) -> Command:
    """The command of this name, as in "/account". Raises KeyError when no feature brings it."""
    found = next((command for command in COMMANDS if command.name == name), None)
    if found is None:
        raise KeyError(f"no feature brings the command {name}")
    return found


def takes_sentences(name: str) -> bool:
    """Whether people write sentences of their own behind this command; False for what is none of ours."""
    return any(command.takes_sentences for command in COMMANDS if command.name == name)


def prefixed(shown: T, prefix: str) -> T:
    """The same words, message, view, answer or refusal, with our commands under the names they have here."""
    if not prefix:
        return shown
    quoted = _quoted(tuple(command.name for command in COMMANDS))
    return cast(T, _renamed(shown, lambda words: quoted.sub(rf"/{prefix}\1", words)))


def without_prefix(command: str, prefix: str) -> str:
    """A command's own name, as in "/account", whatever it is called here."""
    return f"/{command.removeprefix('/').removeprefix(prefix)}" if prefix else command


@lru_cache(maxsize=8)
def _quoted(names: tuple[str, ...]) -> re.Pattern[str]:
    one_of_them = "|".join(re.escape(name.removeprefix("/")) for name in names) or "(?!)"
    return re.compile(rf"(?<![\w/.:-])/({one_of_them})(?![\w/-])")


def _renamed(shown: Any, rename: Rename) -> Any:
    if isinstance(shown, str):
        return rename(shown)
    if isinstance(shown, Mapping):
        return _renamed_in(shown, rename)
    if isinstance(shown, list | tuple):
        return type(shown)(_renamed(one, rename) if not isinstance(one, str) else one for one in shown)
    if isinstance(shown, FieldErrors):
        return FieldErrors({field: _renamed(words, rename) for field, words in shown.errors.items()})
    if isinstance(shown, Refused):
        return type(shown)(_renamed(shown.message, rename))
    if is_dataclass(shown) and not isinstance(shown, type):
        return replace(shown, **{one.name: _part(one.name, getattr(shown, one.name), rename) for one in fields(shown)})
    return shown


def _renamed_in(shown: Mapping[str, Any], rename: Rename) -> dict[str, Any]:
    """Only what is read, under "text"; a value, an address or what somebody began to write stays as it is."""
    return {name: _part(name, value, rename) for name, value in shown.items()}


def _part(name: str, value: Any, rename: Rename) -> Any:
    if isinstance(value, str):
        return rename(value) if name == "text" else value
    return _renamed(value, rename) if isinstance(value, Mapping | list | tuple) else value
