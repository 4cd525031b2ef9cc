"""Person: someone of the team, as messages name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the team: Slack id, name as shown, role on the account (may be empty)."""

    slack_id: str
    name: str
    role: str = ""
