"""What somebody reads on their return: what was told to whom while they were away."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Facts


@dataclass(frozen=True, slots=True)
class PassedLine:
    """One thing: about which account, what (a notice's code or a kind), told to whom, on which ISO day."""

    account: str
    what: str
    to: str
    on: str


@dataclass(frozen=True, slots=True)
class WhileAway(Facts):
    """The list as of their day back; `lines` are the latest of `count`, oldest first."""

    as_of: str
    lines: tuple[PassedLine, ...]
    count: int
