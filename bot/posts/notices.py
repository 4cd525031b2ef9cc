"""Notice: what one person, or the leadership channel, is told by direct message, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Notice:
    """A direct message to one person: `code` says what happened, `details` what its sentences need.

    Codes: unclaimed, stuck, unpaid, overdue, rolled, evergreen, dead_posts, workspace_stopped, thought_failed.
    """

    code: str
    account: str
    renewal_id: int | None = None
    account_id: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def to_facts(self) -> dict[str, Any]:
        """The notice as JSON values."""
        return asdict(self)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """The notice back from JSON."""
        return cls(**{name: facts[name] for name in cls.__dataclass_fields__ if name in facts})
