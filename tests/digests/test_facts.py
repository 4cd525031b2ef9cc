"""A digest that an earlier version wrote is read as it was meant."""

from __future__ import annotations

from bot.digests.facts import Digest, EarlierLine
from bot.digests.messages import render_digest


def test_a_digest_of_an_earlier_version_says_what_it_said() -> None:
    before = {
        "as_of": "2026-03-02",
        "every": "daily",
        "renewals": ["Acme"],
        "renewal_count": 7,
        "handoffs": ["Borealis, from Dana"],
        "pulses": [],
        "pulse_count": 0,
        "steps": ["Acme: Send the numbers"],
        "step_count": 1,
        "hurting": [],
        "logged": [],
        "logged_count": 0,
    }
    assert Digest.from_facts(before).waiting == (
        EarlierLine(1, "Renewals that need a step", ("Acme",), 7),
        EarlierLine(2, "Handoffs to accept", ("Borealis, from Dana",), 1),
        EarlierLine(4, "Follow-ups due", ("Acme: Send the numbers",), 1),
    )
    said = render_digest(before).text
    assert "Renewals that need a step: Acme and 6 more." in said
    assert said.index("Handoffs to accept") < said.index("Follow-ups due")
