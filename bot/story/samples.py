"""Samples of the story: an account's card, its timeline, its link's preview, and sharing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.timeline_facts import Entry, Page
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, answer, post, view
from bot.story.facts import AccountCard, Gap, HealthPart, PlanPart, RenewalPart, StepPart, TouchPart
from bot.story.forms import SharePlace, share_form
from bot.story.messages.card import account_message, account_view, past_message, preview
from bot.story.messages.timeline import timeline_view


def samples(person: str) -> Iterator[Sample]:
    """One account, today and on a past day."""
    card = _card()
    yield post("account_card", card)
    yield answer("account", account_message(card, can_share=True))
    lost = ("who owned it", "what was planned for later")
    past = replace(card, coming=(), gaps=(), is_past=True, not_kept=lost)
    yield answer("account on a past day", past_message(past))
    yield Sample("preview of a link", "message", {"text": ACCOUNT, "blocks": preview(card)["blocks"]})
    yield view(account_view(card))
    yield view(timeline_view(Page(3, ACCOUNT, TODAY, "", 1, 1, (Entry("touch", "call", 7, TODAY, None, WORDS),))))
    yield view(share_form(ACCOUNT, 3, "C0123456789", SharePlace("acc-acme", True), ("Dana", "Priya")))


def _card() -> AccountCard:
    return AccountCard(
        account_id=3,
        account=ACCOUNT,
        as_of=TODAY,
        tier="mid",
        values={"EUR": "48000"},
        contract_count=1,
        renewals=(
            RenewalPart(7, LATER, "2026-05-21", "upcoming", "at_risk", computed="commit", because="it is proposed"),
        ),
        renewal_count=1,
        health=HealthPart(
            40, "poor", "−3 in 30 days", ("−40 no touch",), ("pulses",), ((BEFORE, 43), ("2026-02-20", 41), (TODAY, 40))
        ),
        touches=(TouchPart(BEFORE, "call", "Dana", words=WORDS),),
        steps=(StepPart("Send the numbers", LATER, "Dana", True),),
        step_count=1,
        plan=PlanPart(WORDS, review_on=LATER),
        gaps=(Gap("no_owner"),),
        link="https://crm.example.com/a/3",
    )
