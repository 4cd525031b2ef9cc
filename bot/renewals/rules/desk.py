"""What waits for one person: one line for each renewal of theirs, and the step it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

from bot.renewals.rules.stages import Stage
from bot.renewals.rules.status import RenewalStatus, status_of

DUE_WITHIN = 14
"""Days to its deadline from which a renewal belongs into its owner's day, whoever is on it."""


class Urgency(IntEnum):
    """How much a renewal asks of today, most first; what is only coming up asks nothing yet."""

    OVERDUE = 0
    DUE = 1
    RED = 2
    COMING = 3


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One renewal on a person's desk. Dates are ISO days; `values` is {currency: amount as text}.

    `is_theirs`: the person whose desk it is is on it. `is_carded`: its card has come; before that it asks for nobody.
    """

    renewal_id: int
    account: str
    deadline: str
    stage: str
    is_claimed: bool
    values: Mapping[str, str] = field(default_factory=dict)
    unknown_values: int = 0
    renewal_date: str = ""
    auto_renew: bool = False
    forecast: str | None = None
    is_snoozed: bool = False
    is_theirs: bool = False
    is_carded: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """A person's renewals that need a step, nearest deadline first, as of their own today; `total` counts all."""

    as_of: str
    lines: tuple[DeskLine, ...]
    total: int


def status_on(line: DeskLine, as_of: str) -> RenewalStatus:
    """How a renewal stands on a day."""
    status = status_of(
        Stage(line.stage),
        None,
        line.forecast,
        line.is_claimed,
        line.is_snoozed,
        date.fromisoformat(line.renewal_date or line.deadline),
        line.auto_renew,
        date.fromisoformat(as_of),
    )
    return RenewalStatus.AHEAD if status is RenewalStatus.NEEDS_SOMEONE and not line.is_carded else status


def urgency(line: DeskLine, as_of: str) -> Urgency:
    """What a renewal asks of a day: the invoice of what is signed, and whatever nobody is on, are due."""
    status = status_on(line, as_of)
    if status is RenewalStatus.OVERDUE:
        return Urgency.OVERDUE
    if status in (RenewalStatus.SIGNED, RenewalStatus.INVOICED, RenewalStatus.NEEDS_SOMEONE):
        return Urgency.DUE
    if as_of <= line.deadline <= str(date.fromisoformat(as_of) + timedelta(days=DUE_WITHIN)):
        return Urgency.DUE
    return Urgency.RED if status is RenewalStatus.AT_RISK else Urgency.COMING


def step_for(stage: Stage) -> str:
    """What a renewal that somebody is on needs next at this stage, as a short sentence."""
    if stage is Stage.SIGNED:
        return "Send the invoice, then mark it invoiced."
    if stage is Stage.INVOICED:
        return "See that it is paid, then mark it paid."
    return {
        Stage.UPCOMING: "Talk to the customer.",
        Stage.ENGAGED: "Send a proposal.",
        Stage.PROPOSED: "Hear what they say.",
        Stage.NEGOTIATING: "Agree on the terms.",
        Stage.APPROVAL: "Get the approval, then the signature.",
    }[stage]
