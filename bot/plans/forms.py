"""The form of an account's plan: what was agreed with the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, Reference
from bot.slack.ids import ViewId


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The plan as it was written; `review_on` is the day it is to be looked at together again."""

    account_id: int
    goals: str
    measure: str
    rhythm: str
    review_on: date | None


def plan_form(account: str, plan: PlanForm, last: str = "") -> dict[str, Any]:
    """The form with what is agreed so far; `last` says who wrote it, when."""
    intro = f"What you and *{text.name(account)}* have agreed.{f' {last}' if last else ''}"
    fields = [
        blocks.section(intro, block_id="intro"),
        form.words("goals", "What do they want to reach?", plan.goals, optional=False, lines=True),
        form.words("measure", "How will they know it was reached?", plan.measure, lines=True),
        form.words(
            "rhythm", "How, and how often, do they want to talk?", plan.rhythm, "Such as: a call each first Monday."
        ),
        form.day("review_on", "Next review", plan.review_on, "The owner is reminded on that morning."),
    ]
    return form.modal(ViewId.PLAN, "Plan", fields, "Save", Reference(account_id=plan.account_id).to_metadata())


def read_plan(view: Mapping[str, Any]) -> PlanForm:
    """The form as values; raises FieldErrors when goals are missing."""
    fields = Fields(view)
    goals = fields.text("goals")
    if not goals:
        fields.refuse("goals", "Say what they want to reach with you.")
    fields.check()
    return PlanForm(
        Reference.from_view(view).account_id,
        goals,
        fields.text("measure"),
        fields.text("rhythm"),
        fields.day("review_on"),
    )
