"""Samples of the home: at first, later and closed, and a person's own settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.handoffs.rules import Direction
from bot.home.facts import AccountRow, HandoffToAccept, Home, PersonRow, PulseToAnswer, StepDue, Wishes
from bot.home.forms import Wanted, settings_form
from bot.home.messages import closed_home, home_view
from bot.renewals.samples import sample_desk
from bot.slack.samples import ACCOUNT, BEFORE, LATER, TODAY, WORDS, Sample, view


def samples(person: str) -> Iterator[Sample]:
    """A manager's home with something of everything."""
    home = Home(
        as_of=TODAY,
        role="manager",
        desk=sample_desk(),
        pulses=(PulseToAnswer(7, ACCOUNT, LATER),),
        steps=(StepDue(7, ACCOUNT, WORDS, BEFORE, True), StepDue(8, ACCOUNT, WORDS, BEFORE)),
        accounts=(AccountRow(3, ACCOUNT, 40, -3, LATER, 50, BEFORE, 28),),
        account_total=1,
        people=(PersonRow("Dana", 3, 1, 4, 0, 1, LATER, LATER),),
        people_total=1,
        wishes=Wishes("09:00", "17:00", True, LATER),
        is_first=True,
        handoffs=(HandoffToAccept(7, ACCOUNT, Direction.TO_SUPPORT, "Dana", BEFORE, "Call Ruth", LATER),),
    )
    yield view(home_view(home))
    yield view(home_view(replace(home, is_first=False), plain=True))
    yield view(closed_home())
    yield view(settings_form(Wanted(None, None, False, None), "Europe/London"))
