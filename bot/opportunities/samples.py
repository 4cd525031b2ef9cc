"""Samples of opportunities: a proposal in each of its states, what is possible, and the forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from bot.accounts.samples import NAMED, WHO
from bot.opportunities.facts import (
    AccountGrowth,
    OpportunityRow,
    ProposalCard,
    SegmentGrowth,
    SegmentRow,
    Signals,
    Spotted,
    WhitespaceRow,
)
from bot.opportunities.forms import (
    GrowthAbout,
    opportunities_view,
    opportunity_form,
    products_form,
    refusal_form,
    removed_view,
)
from bot.opportunities.messages import account_message, because, segment_message
from bot.opportunities.proposals import KIND
from bot.opportunities.removal import COUNTED
from bot.opportunities.rules import REFUSED, ProposalAnswer
from bot.opportunities.stages import GrowthKind, OpportunityStage
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, answer, post, view

SOLD = {5: "Robots", 6: "Meters"}


def samples(person: str) -> Iterator[Sample]:
    """Both kinds of proposal, the answers of `/grow`, and its forms."""
    seats = Signals(score=82, score_least=70, score_days=30, seats_before=10, seats=14, seat_days=90)
    yield post(KIND, ProposalCard(7, 3, ACCOUNT, 5, "Robots", "upsell", TODAY, seats))
    used = replace(seats, seats=0, usage_measure="logins", usage_percent=24, usage_ends_on="2026-02-28")
    for grown in (used, replace(used, seats=14)):
        yield post(KIND, ProposalCard(7, 3, ACCOUNT, 5, "Robots", "upsell", TODAY, grown))
    peers = Signals(peers=8, peers_have=6, segment="Retail")
    gap = ProposalCard(7, 3, ACCOUNT, 5, "Robots", "cross_sell", TODAY, peers, reason=WORDS, again_on=LATER)
    for said in ("", *ProposalAnswer):
        yield post(KIND, replace(gap, answer=said, answered_by="Dana"))
    yield answer("growth", account_message(_growth()))
    yield answer("growth of nobody", account_message(AccountGrowth(3, ACCOUNT, TODAY)))
    rows = (SegmentRow("Robots", 12, 1, 40, 2), SegmentRow("Meters", 3, 0, 52, 0))
    yield answer("growth of a segment", segment_message(SegmentGrowth("Retail", 55, TODAY, rows)))
    yield answer("growth of a segment, nothing sold", segment_message(SegmentGrowth("Retail", 55, TODAY)))
    about, first = GrowthAbout(3, proposal_id=7), Spotted(GrowthKind.CROSS_SELL, "")
    shown = Spotted(GrowthKind.UPSELL, WORDS, WORDS, 5, Decimal(18000), "EUR")
    yield view(opportunity_form(ACCOUNT, GrowthAbout(3), {}, first))
    yield view(opportunity_form(ACCOUNT, about, SOLD, shown, because(peers, ACCOUNT), WHO))
    there = GrowthAbout(3, 9)
    yield view(opportunity_form(ACCOUNT, there, SOLD, shown))
    yield view(opportunity_form(ACCOUNT, there, SOLD, replace(shown, stage=OpportunityStage.WON), stays=COUNTED))
    yield view(removed_view(ACCOUNT, "Robots"))
    yield view(opportunities_view(_growth()))
    refused = [WhitespaceRow(number, name, REFUSED, WORDS) for number, name in SOLD.items()]
    yield view(refusal_form(ACCOUNT, about, SOLD, refused, 5))
    yield view(products_form({}))
    yield view(products_form(SOLD))


def _growth() -> AccountGrowth:
    """An opportunity in each stage, and a product in each state."""
    rows = tuple(
        OpportunityRow(
            at, "upsell", "Robots", WORDS, WORDS, "18000", "EUR", stage, BEFORE, lost, "said", NAMED, WORDS, LATER
        )
        for at, (stage, lost) in enumerate((one.value, "price" if one == "lost" else "") for one in OpportunityStage)
    )
    states = (("owned", ""), ("pipeline", ""), ("gap", ""), ("not_eligible", WORDS))
    products = tuple(WhitespaceRow(at, f"Robots {at}", *state) for at, state in enumerate(states))
    return AccountGrowth(3, ACCOUNT, TODAY, rows, products, {"EUR": "54000"}, 1, "their last pulse was red", 4, 60)
