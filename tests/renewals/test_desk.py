"""What a renewal needs next, by its stage, and how much it asks of a day."""

from __future__ import annotations

from typing import Any

import pytest

from bot.renewals.rules.desk import DeskLine, Urgency, step_for, urgency
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
def test_an_unsigned_renewal_that_somebody_is_on_needs_the_next_step(stage: Stage, step: str) -> None:
    assert step_for(stage) == step


def test_a_signed_renewal_needs_its_money() -> None:
    assert step_for(Stage.SIGNED) == "Send the invoice, then mark it invoiced."
    assert step_for(Stage.INVOICED) == "See that it is paid, then mark it paid."


@pytest.mark.parametrize(
    ("ends", "more", "asks"),
    [
        ("2026-02-27", {}, Urgency.OVERDUE),
        ("2026-02-27", {"forecast": "at_risk"}, Urgency.OVERDUE),
        ("2026-02-27", {"auto_renew": True}, Urgency.COMING),
        ("2026-03-02", {}, Urgency.DUE),
        ("2026-03-16", {}, Urgency.DUE),
        ("2026-03-17", {}, Urgency.COMING),
        ("2026-03-17", {"is_claimed": False}, Urgency.DUE),
        ("2026-03-16", {"forecast": "at_risk"}, Urgency.DUE),
        ("2026-03-17", {"forecast": "at_risk"}, Urgency.RED),
        ("2026-09-17", {"stage": "signed"}, Urgency.DUE),
        ("2026-09-17", {"stage": "invoiced"}, Urgency.DUE),
        ("2026-09-17", {"is_claimed": False, "is_carded": False}, Urgency.COMING),
    ],
)
def test_what_a_renewal_asks_of_a_day(ends: str, more: dict[str, Any], asks: Urgency) -> None:
    line = DeskLine(**{"renewal_id": 1, "account": "Acme", "deadline": ends, "stage": "engaged", "is_claimed": True,
                       "renewal_date": ends, **more})  # fmt: skip
    assert urgency(line, "2026-03-02") is asks
