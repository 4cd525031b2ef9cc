"""Samples of health: a question for a check, the line of one, an alert, and the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.accounts.samples import WHO
from bot.core.person import Person
from bot.health.facts import HealthAlert, HealthLine, HealthPrompt
from bot.health.forms import health_form
from bot.health.rules.checks import Scale
from bot.slack.samples import ACCOUNT, BEFORE, LATER, REASONS, TODAY, WORDS, Sample, post, view


def samples(person: str) -> Iterator[Sample]:
    """Each kind of post once, and the form."""
    dana = Person(person, "Dana")
    yield post("health_prompt", HealthPrompt(3, ACCOUNT, "cadence", TODAY, 90, person, dana, BEFORE, 4.0, "Priya"))
    yield post("health_line", _line(dana))
    reasons, told = ("−40 no touch for 41 days",), ("−20 in 30 days", "Last known: pulses today")
    yield post("health_alert", HealthAlert(3, ACCOUNT, 40, 60, BEFORE, TODAY, "poor", *told, reasons))
    yield view(health_form(3, ACCOUNT, date.fromisoformat(TODAY), person, REASONS))
    yield view(health_form(3, ACCOUNT, date.fromisoformat(TODAY), person, REASONS, who=WHO))


def _line(by: Person) -> HealthLine:
    return HealthLine(
        check_id=7,
        account_id=3,
        account=ACCOUNT,
        by=by,
        on=BEFORE,
        as_of=TODAY,
        average=2.2,
        average_before=4.0,
        before_on=BEFORE,
        scales=tuple((scale.value, 2, 4) for scale in Scale),
        heard=WORDS,
        risks=REASONS,
        next_step="Send the numbers",
        next_step_by="Dana",
        next_step_on=LATER,
        score=40,
        score_before=43,
    )
