"""Samples of insights: what happens at a customer, told ahead, and the form of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.core.person import Person
from bot.insights.facts import TriggerNotice
from bot.insights.forms import TypedInsight, insight_form
from bot.insights.trigger_events import KIND
from bot.slack.samples import ACCOUNT, LATER, TODAY, WORDS, Sample, post, view


def samples(person: str) -> Iterator[Sample]:
    """A year's end, as it is told, changed, moved and taken off; an article and a form for each."""
    notice = TriggerNotice(
        7,
        3,
        ACCOUNT,
        "year_end",
        "2026-03-31",
        TODAY,
        "What is not ordered by then waits for a new budget.",
        "Budgets close two weeks before",
        "The price for the second plant, in writing",
        True,
        by=Person("U1", "Dana Whitlock"),
    )
    yield post(KIND, notice)
    yield post(KIND, replace(notice, changed_by="Helen"))
    yield post(KIND, replace(notice, outcome="moved", moved_to=LATER, changed_by="Helen"))
    yield post(KIND, replace(notice, outcome="ended", ended_by="Helen"))
    about = (ACCOUNT, "3")
    article = TypedInsight("article", 0, WORDS, "https://example.com/study", about, topics="downtime, audits")
    yield view(insight_form(["Retail"], article))
    ahead = TypedInsight("trigger", 7, WORDS, account=about, trigger="year_end", on=date(2026, 12, 31), matters=WORDS)
    yield view(insight_form([], ahead))
