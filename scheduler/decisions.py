"""Whether a message may go where it was meant to go: the verdicts, and their words for an admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.audience import Why
from bot.slack.outcomes import Outcome, Status


class DecisionKind(StrEnum):
    """The verdicts. Each asks for another next step."""

    CLEAR = "clear"
    SHARED = "shared"
    """Someone who is not of the team reads there."""
    UNREACHABLE = "unreachable"
    OUTSIDER = "outsider"
    NEEDLESS = "needless"
    """Its only reader did it, or knows it."""
    WAIT = "wait"
    """Slack must be asked, and cannot be asked yet."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class AudienceDecision:
    """A verdict, the sentence an admin reads if the message is given up, and when to ask again for WAIT.

    `routed` is what the owner is told of why a card that is SHARED came to them: shared, or guest.
    """

    kind: DecisionKind
    reason: str = ""
    again_at: datetime | None = None
    routed: str = "shared"


CLEAR = AudienceDecision(DecisionKind.CLEAR)
SHARED = AudienceDecision(
    DecisionKind.SHARED, "The channel is shared with another company, and the account has no owner to tell."
)
GUESTS = AudienceDecision(
    DecisionKind.SHARED, "A guest reads the channel, and the account has no owner to tell.", routed="guest"
)
STRANGER = AudienceDecision(DecisionKind.OUTSIDER, "The person to be told is not known in this workspace.")
OUTSIDER = AudienceDecision(DecisionKind.OUTSIDER, "The person to be told is a guest or from another company.")
ARCHIVED = AudienceDecision(DecisionKind.UNREACHABLE, "The channel is archived. Give the account another channel.")

NEEDLESS = AudienceDecision(DecisionKind.NEEDLESS)
DECIDED = {
    Why.SHARED: SHARED,
    Why.GUEST: GUESTS,
    Why.UNREACHABLE: ARCHIVED,
    Why.OUTSIDER: OUTSIDER,
    Why.STRANGER: STRANGER,
}


def unanswered(outcome: Outcome, now: datetime) -> AudienceDecision:
    """What it means that Slack did not say who reads there."""
    if outcome.end is Status.STOPPED:
        return AudienceDecision(DecisionKind.STOPPED, outcome.reason)
    if outcome.end in (Status.LATER, Status.UNKNOWN):
        wait = timedelta(seconds=outcome.retry_after or 5)
        return AudienceDecision(DecisionKind.WAIT, again_at=now + wait)
    # Whether someone else reads there cannot be known, so nothing may be said there.
    return AudienceDecision(DecisionKind.UNREACHABLE, outcome.reason)
