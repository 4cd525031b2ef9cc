"""Samples of follow-ups: a next step that was given, one that is due, and a promise that was not kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.follow_ups.facts import FollowUpCard
from bot.slack.samples import ACCOUNT, BEFORE, TODAY, WORDS, Sample, post


def samples(person: str) -> Iterator[Sample]:
    """One for each reason why it comes."""
    for why in ("given", "due", "broken"):
        is_promise = why == "broken"
        card = FollowUpCard(7, 3, ACCOUNT, WORDS, BEFORE, TODAY, why, "Dana", "Priya", is_promise=is_promise)
        yield post("follow_up", card)
        yield post("follow_up", replace(card, contact="Ruth Okafor, Tom Hale", gone=("Ruth Okafor",)))
