"""Samples of plans: the form of an agreement."""

from __future__ import annotations

from collections.abc import Iterator

from bot.accounts.samples import WHO
from bot.plans.forms import PlanForm, plan_form
from bot.slack.samples import ACCOUNT, WORDS, Sample, view


def samples(person: str) -> Iterator[Sample]:
    """The form, filled in."""
    yield view(plan_form(ACCOUNT, PlanForm(3, WORDS, "hours saved", "monthly", None), who=WHO))
