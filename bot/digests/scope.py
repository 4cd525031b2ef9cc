"""What a digest looks over, and how often it comes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.labelled import Labelled


class ScopeKind(Labelled):
    """Whose accounts a digest looks over."""

    ME = "me", "Me"
    TEAM = "team", "A team"
    SEGMENT = "segment", "A segment"
    ALL = "all", "Everything"


class Rhythm(Labelled):
    """How often a digest comes."""

    DAILY = "daily", "Daily"
    WEEKLY = "weekly", "Weekly"
    MONTHLY = "monthly", "Monthly"
    QUARTERLY = "quarterly", "Quarterly"


@dataclass(frozen=True, slots=True)
class Scope:
    """The accounts of `member_id`, of the team that they lead, of a segment as it stands at accounts, or all.

    `member_id` is there for every kind: of a segment and of everything it is the one whose digest it is.
    """

    kind: ScopeKind
    member_id: int
    segment: str = ""
