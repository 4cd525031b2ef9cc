"""The form of an account's plan: what was agreed with the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, Reference
from bot.slack.ids import ViewId


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The plan as it was written; `review_on` is the day it is to be looked at together again, `who` agreed to it."""

    account_id: int
    goals: str
    measure: str
    rhythm: str
    review_on: date | None
    who: WhoAtCustomer = field(default_factory=WhoAtCustomer)


def plan_form(account: str, plan: PlanForm, last: str = "", who: WhoDraft | None = None) -> dict[str, Any]:
    """The form with what is agreed so far, and with `who` of the customer; `last` says who wrote it, when."""
    intro = f"What you and *{text.name(account)}* have agreed.{f' {last}' if last else ''}"
    fields = [
        blocks.section(intro, block_id="intro"),
        form.words("goals", "What do they want to reach?", plan.goals, optional=False, lines=True),
        form.words("measure", "How will they know it was reached?", plan.measure, lines=True),
        form.words(
            "rhythm", "How, and how often, do they want to talk?", plan.rhythm, "Such as: a call each first Monday."
        ),
        *who_fields("With whom there did you agree it?", who or WhoDraft(), plan.account_id),
        form.day("review_on", "Next review", plan.review_on, "The owner is reminded on that morning."),
    ]
    return form.modal(ViewId.PLAN, "Plan", fields, "Save", Reference(account_id=plan.account_id).to_metadata())


def read_plan(view: Mapping[str, Any]) -> PlanForm:
    """The form as values; raises FieldErrors when goals are missing."""
    fields = Fields(view)
    goals = fields.text("goals")
    if not goals:
        fields.refuse("goals", "Say what they want to reach with you.")
    who = read_who(fields)
    fields.check()
    return PlanForm(
        Reference.from_view(view).account_id,
        goals,
        fields.text("measure"),
        fields.text("rhythm"),
        fields.day("review_on"),
        who,
    )
