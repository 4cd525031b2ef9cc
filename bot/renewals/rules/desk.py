"""What waits for one person: one line for each renewal of theirs, and the step it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.renewals.rules.stages import Stage


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One renewal on a person's desk. Dates are ISO days; `values` is {currency: amount as text}.

    `is_theirs`: the person whose desk it is is on it.
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
    is_at_risk: bool = False
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """A person's renewals that need a step, nearest deadline first, as of their own today; `total` counts all."""

    as_of: str
    lines: tuple[DeskLine, ...]
    total: int


def step_for(stage: Stage, is_claimed: bool) -> str:
    """What a renewal at this stage needs next, as a short sentence."""
    if stage is Stage.SIGNED:
        return "Send the invoice, then mark it invoiced."
    if stage is Stage.INVOICED:
        return "See that it is paid, then mark it paid."
    if not is_claimed:
        return "Nobody is on it yet."
    return {
        Stage.UPCOMING: "Talk to the customer.",
        Stage.ENGAGED: "Send a proposal.",
        Stage.PROPOSED: "Hear what they say.",
        Stage.NEGOTIATING: "Agree on the terms.",
        Stage.APPROVAL: "Get the approval, then the signature.",
    }[stage]
