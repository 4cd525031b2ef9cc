"""A digest as it is set up: what somebody chose, what became of the last one, and when the next is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from bot.digests.rules import Told
from bot.digests.scope import Rhythm, ScopeKind


class DigestOutcome(StrEnum):
    """What became of a digest when it was due."""

    SENT = "sent"
    """It was given to the deliverer; the record of its post says the rest."""
    NOTHING = "nothing"
    ASKED = "asked"
    """Somebody wants it now, and it is being made."""
    HELD = "held"
    """Its reader was away."""
    NOT_ALLOWED = "not_allowed"
    """Whose it is may not have it any more."""
    NO_TEAM = "no_team"
    """Whose it is leads nobody, and has no manager."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a digest comes.

    `weekdays` (0: Monday) empty: each working day, each Monday, the first working day of a month or quarter. `at` is a
    time of day where its reader is, None for when their day begins.
    """

    rhythm: Rhythm
    weekdays: tuple[int, ...] = ()
    at: time | None = None


@dataclass(frozen=True, slots=True)
class DigestChoice:
    """A digest as it was chosen: over what, when, where to, and without which parts.

    `lead_id` is whose team it looks over, None for one's own. `channel` (Slack id) is None for a direct message.
    """

    kind: ScopeKind
    timing: Timing
    lead_id: int | None = None
    segment: str = ""
    channel: str | None = None
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SetUpDigest:
    """A digest that somebody has set up: whose it is, what they chose, and what became of the last one.

    `since` is up to when the last one told, None before the first; `told` is what it told of each thing.
    `lead` is the name of whose team it looks over, empty for one's own.
    """

    id: int
    member_id: int
    choice: DigestChoice
    is_paused: bool
    since: datetime | None
    told: Mapping[str, Told]
    outcome: DigestOutcome | None
    outcome_at: datetime | None
    post_key: str
    created_at: datetime
    lead: str = ""


@dataclass(frozen=True, slots=True)
class LastDelivery:
    """The record of the message that the last digest was: models.post.DeliveryState, when it was sent, why it failed.

    `reroute_reason`: why it was told directly instead of in its channel.
    """

    state: str
    sent_at: datetime | None = None
    error: str | None = None
    reroute_reason: str | None = None
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class DigestStanding:
    """One digest as it stands: its last message, if that is known still; the moment of the next, None for none.

    `zone` is that of who reads it. `is_away`: its reader is. `is_failing`: it could not be made, and is tried again
    at `next_at`.
    """

    digest: SetUpDigest
    zone: str
    last: LastDelivery | None = None
    next_at: datetime | None = None
    is_away: bool = False
    is_failing: bool = False
