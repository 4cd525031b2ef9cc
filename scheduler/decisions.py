"""Whether a message may go where it was meant to go: the verdicts, and their words for an admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.audience import Why
from bot.slack.outcomes import Outcome, Status


class Verdict(StrEnum):
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
class Judgement:
    """A verdict, the sentence an admin reads if the message is given up, and when to ask again for WAIT.

    `routed` is what the owner is told of why a card that is SHARED came to them: shared, or guest.
    """

    verdict: Verdict
    reason: str = ""
    again_at: datetime | None = None
    routed: str = "shared"


CLEAR = Judgement(Verdict.CLEAR)
SHARED = Judgement(Verdict.SHARED, "The channel is shared with another company, and the account has no owner to tell.")
GUESTS = Judgement(Verdict.SHARED, "A guest reads the channel, and the account has no owner to tell.", routed="guest")
STRANGER = Judgement(Verdict.OUTSIDER, "The person to be told is not known in this workspace.")
OUTSIDER = Judgement(Verdict.OUTSIDER, "The person to be told is a guest or from another company.")
ARCHIVED = Judgement(Verdict.UNREACHABLE, "The channel is archived. Give the account another channel.")

NEEDLESS = Judgement(Verdict.NEEDLESS)
JUDGED = {
    Why.SHARED: SHARED,
    Why.GUEST: GUESTS,
    Why.UNREACHABLE: ARCHIVED,
    Why.OUTSIDER: OUTSIDER,
    Why.STRANGER: STRANGER,
}


def unanswered(outcome: Outcome, now: datetime) -> Judgement:
    """What it means that Slack did not say who reads there."""
    if outcome.end is Status.STOPPED:
        return Judgement(Verdict.STOPPED, outcome.reason)
    if outcome.end in (Status.LATER, Status.UNKNOWN):
        wait = timedelta(seconds=outcome.retry_after or 5)
        return Judgement(Verdict.WAIT, again_at=now + wait)
    # Whether someone else reads there cannot be known, so nothing may be said there.
    return Judgement(Verdict.UNREACHABLE, outcome.reason)
