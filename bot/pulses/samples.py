"""Samples of pulses: the card open and closed, what a round leads to, the answers, and the forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.accounts.samples import WHO
from bot.core.person import Person
from bot.pulses.coverage_rules import Coverage, Month, Unheard, Year
from bot.pulses.facts import (
    GivenAnswer,
    Own,
    PulseCard,
    PulseRed,
    PulseReminder,
    PulseReminders,
    PulseSummary,
    PulseUntouched,
    Said,
)
from bot.pulses.forms import reasons_form, step_form, why_form
from bot.pulses.messages.answers import own_answer
from bot.pulses.messages.coverage import coverage_message
from bot.pulses.rules import Colour
from bot.slack.samples import ACCOUNT, BEFORE, LATER, REASONS, TODAY, WORDS, Sample, answer, post, view

ALL_SAID = GivenAnswer(Colour.RED, REASONS, WORDS, date.fromisoformat(BEFORE), "Ruth Okafor")
"""An answer that says something in each of its fields."""


def samples(person: str) -> Iterator[Sample]:
    """A round from its card to what it leads to; then one's own answer, the coverage and the forms."""
    dana = Person(person, "Dana")
    said, card = Said(**ALL_SAID.values, by=dana), _card(dana)
    yield post("pulse_card", card)
    yield post("pulse_card", replace(card, answered=(dana,), closed_on=TODAY, said=(said,), counts={"red": 1}))
    yield post("pulse_reminder", PulseReminders((PulseReminder(7, 3, ACCOUNT, TODAY, BEFORE, LATER, 3),)))
    counts, alarms = {"red": 1}, ("red",)
    yield post("pulse_summary", PulseSummary(7, 3, ACCOUNT, TODAY, counts, 2, ("Priya",), alarms=alarms, said=(said,)))
    for colour in (Colour.RED, Colour.GREEN):
        for to in ("owner", "manager", "leadership", "instead"):
            yield post("pulse_red", _red(dana, colour, to))
    yield post("pulse_untouched", PulseUntouched(7, 3, ACCOUNT, TODAY, BEFORE, 2, alarms, ("Dana",), (said,)))
    yield answer("own pulse answer", own_answer(Own(7, ACCOUNT, TODAY, LATER, ALL_SAID)))
    pressed = GivenAnswer(Colour.RED)
    yield answer("own pulse answer, just pressed", own_answer(Own(7, ACCOUNT, TODAY, LATER, pressed, is_asked=True)))
    yield answer("pulse coverage", coverage_message(_coverage()))
    yield view(why_form(ACCOUNT, 7, GivenAnswer(Colour.RED), REASONS, 5, account_id=3, who=WHO))
    yield view(step_form(card, person, 3, WHO))
    yield view(reasons_form(REASONS))


def _card(asked: Person) -> PulseCard:
    return PulseCard(
        round_id=7,
        account_id=3,
        account=ACCOUNT,
        as_of=TODAY,
        opened_on=BEFORE,
        closes_on=LATER,
        cadence=30,
        asked=(asked,),
        answered=(),
        insight=WORDS,
        insight_url="https://example.com/study",
    )


def _red(by: Person, colour: Colour, to: str) -> PulseRed:
    """A red answer, or one that was red before."""
    earlier = () if colour is Colour.RED else (ALL_SAID,)
    said = Said(**replace(ALL_SAID, colour=colour).values, by=by, earlier=earlier)
    return PulseRed(7, 3, ACCOUNT, TODAY, BEFORE, LATER, said, to, owner="Priya")


def _coverage() -> Coverage:
    day = date.fromisoformat(TODAY)
    months, years = (Month(date(2026, 2, 1), 2, 2), Month(date(2026, 3, 1), 3, 2)), (Year(2025, 9, 3),)
    return Coverage(day, 90, 9, 5, 4, 2, months, years, (Unheard(ACCOUNT, "Dana", day),))
