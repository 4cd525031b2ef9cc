"""What somebody reads on their return: what was told to whom while they were away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class PassedLine:
    """One thing: about which account, what (a notice's code or a kind), told to whom, on which ISO day."""

    account: str
    what: str
    to: str
    on: str


@dataclass(frozen=True, slots=True)
class WhileAway:
    """The list as of their day back; `lines` are the latest of `count`, oldest first."""

    as_of: str
    lines: tuple[PassedLine, ...]
    count: int

    def to_facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """From JSON."""
        return cls(facts["as_of"], tuple(PassedLine(**line) for line in facts["lines"]), facts["count"])
