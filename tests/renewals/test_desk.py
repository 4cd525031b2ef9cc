"""What a renewal needs next, by its stage."""

from __future__ import annotations

import pytest

from bot.renewals.rules.desk import step_for
from bot.renewals.rules.stages import Stage


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        (Stage.UPCOMING, "Talk to the customer."),
        (Stage.ENGAGED, "Send a proposal."),
        (Stage.PROPOSED, "Hear what they say."),
        (Stage.NEGOTIATING, "Agree on the terms."),
        (Stage.APPROVAL, "Get the approval, then the signature."),
    ],
)
def test_an_unsigned_renewal_needs_somebody_and_then_the_next_step(stage: Stage, step: str) -> None:
    assert step_for(stage, is_claimed=True) == step
    assert step_for(stage, is_claimed=False) == "Nobody is on it yet."


@pytest.mark.parametrize("is_claimed", [True, False])
def test_a_signed_renewal_needs_its_money_whoever_is_on_it(is_claimed: bool) -> None:
    assert step_for(Stage.SIGNED, is_claimed) == "Send the invoice, then mark it invoiced."
    assert step_for(Stage.INVOICED, is_claimed) == "See that it is paid, then mark it paid."
