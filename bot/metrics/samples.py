"""Samples of metrics: where time went, and the form of exchange rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.metrics.forms import EXAMPLE, rates_form
from bot.metrics.messages_time import own_answer, team_answer
from bot.metrics.rules.time_spent import CustomerAge, TimeSpent, WeeklyPace
from bot.slack.samples import BEFORE, TODAY, Sample, answer, view


def samples(person: str) -> Iterator[Sample]:
    """The answers of `/time`, for one person and for a team, and the form."""
    start, end = date.fromisoformat(BEFORE), date.fromisoformat(TODAY)
    counts = {
        ("renewal", CustomerAge.EXISTING): 30,
        ("nurture", CustomerAge.NEW): 10,
        ("", CustomerAge.UNKNOWN): 4,
    }
    spent = TimeSpent(start, end, 3, counts, WeeklyPace(start, 4, 56, 40, 309))
    yield answer("my time", own_answer(spent))
    yield answer("my time, no touch", own_answer(replace(spent, counts={})))
    yield answer("my team's time", team_answer(spent, has_people=False))
    yield answer("my team's time, one person's", team_answer(replace(spent, people=1), has_people=True))
    yield view(rates_form("EUR", EXAMPLE))
