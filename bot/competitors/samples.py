"""Samples of competitors: a claim, said and answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.accounts.samples import NAMED, WHO
from bot.competitors.facts import ClaimLine
from bot.competitors.forms import answer_form, claim_form
from bot.competitors.notify import KIND
from bot.core.person import Person
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, post, view


def samples(person: str) -> Iterator[Sample]:
    """The claim that a team reads, and the forms of a claim and of its answer."""
    priya = Person("U0123456789", "Priya")
    claim = ClaimLine(7, 3, ACCOUNT, "Globex", "20% cheaper & <faster>", TODAY, TODAY, priya, until=LATER)
    yield post(KIND, replace(claim, hears="Helen", hears_on="2026-03-09", contact=NAMED))
    yield post(KIND, replace(claim, taken_back_by="Dana"))
    heard = replace(claim, words=WORDS, heard_on=BEFORE)
    yield view(claim_form(ACCOUNT, 3, [heard, replace(heard, answer=WORDS)], ["Globex"], WORDS, "touchpoint:7", WHO))
    yield view(answer_form(heard, None))
