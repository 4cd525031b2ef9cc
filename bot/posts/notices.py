"""Notice: what one person, or the leadership channel, is told by direct message, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.facts import Facts


@dataclass(frozen=True, slots=True)
class Notice(Facts):
    """A direct message to one person: `code` says what happened, `details` what its sentences need.

    Codes: unclaimed, stuck, unpaid, overdue, rolled, evergreen, dead_posts, workspace_stopped, thought_failed.
    """

    code: str
    account: str
    renewal_id: int | None = None
    account_id: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)
