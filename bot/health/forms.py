"""The form of a health check: five scales with words at each step, and the last answers beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from slackblocks.blocks import Block as KitBlock

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.core.days import spoken_day
from bot.health.rules.checks import STEPS, Check, Scale, average, label, spoken_average, step_words
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, carried, row_number
from bot.slack.ids import ActionId, ViewId

UNKNOWN = "0"
REASON_LENGTH = 75
RISKS_MOST = 50

_ASKED = {
    Scale.OUTCOMES: "Do they get what they bought it for?",
    Scale.RELATIONSHIP: "How do they deal with us?",
    Scale.ADOPTION: "Who uses it, and how often?",
    Scale.SUPPORT: "How is our support for them?",
    Scale.EXPECTATIONS: "Is it what they were led to expect?",
}


@dataclass(frozen=True, slots=True)
class CheckAbout:
    """What the form is about, carried in its private_metadata. `check_id` is the check it corrects, or 0.

    Data from outside: rights are checked again.
    """

    account_id: int
    check_id: int = 0

    @classmethod
    def from_view(cls, view: Mapping[str, Any]) -> Self:
        """The form's own words about itself; zeros, which no row has, when it carries none."""
        given = carried(view)
        return cls(row_number(given.get("account_id")), row_number(given.get("check_id")))


@dataclass(frozen=True, slots=True)
class HealthEntry:
    """What the form says; `owner` is a Slack id."""

    about: CheckAbout
    talked_on: date
    scales: Mapping[Scale, int | None]
    heard: str
    risks: tuple[str, ...]
    sold_nothing: bool
    next_step: str
    owner: str | None
    due_on: date | None
    who: WhoAtCustomer


def health_form(
    account_id: int,
    account: str,
    today: date,
    reader: str,
    reasons: Sequence[str],
    last: Check | None = None,
    correcting: Check | None = None,
    who: WhoDraft | None = None,
) -> dict[str, Any]:
    """The form; `last` stands beside the fields, `correcting` and `who` fill them.

    `reader` is the Slack id of the one who fills it in.
    """
    own = correcting
    fields = [
        _facts(account, today, reader, last, correcting),
        *(_scale(scale, today, last, own.scales.get(scale) if own else None) for scale in Scale),
        form.day("talked_on", "When did you talk?", own.on if own else today),
        *who_fields("With whom did you talk?", who or WhoDraft(own.contact if own else ""), account_id),
        form.words("heard", "What did you hear?", own.heard if own else "", lines=True),
        _risks(reasons, own.risks if own else ()),
        form.words("follow_up", "Next step", own.next_step if own else "", "Leave it empty when there is none."),
        form.person("follow_up_by", "Who does it?", _owner(own) or reader),
        form.day("follow_up_on", "By when?", own.next_step_on if own else None),
        form.tick("sold_nothing", "This talk", "I sold nothing in this talk", own.sold_nothing if own else False),
    ]
    about = json.dumps(asdict(CheckAbout(account_id, own.id if own else 0)))
    title = "Correct a health check" if own else "Health check"
    return form.modal(ViewId.RECORD_HEALTH, title, fields, "Save", about)


def read_health(view: Mapping[str, Any], today: date) -> HealthEntry:
    """The form as values; raises FieldErrors with a sentence for each field that cannot be taken."""
    fields = Fields(view)
    entry = HealthEntry(
        about=CheckAbout.from_view(view),
        talked_on=fields.day("talked_on") or today,
        scales={scale: _step(fields.choice(scale)) for scale in Scale},
        heard=fields.text("heard"),
        risks=tuple(risk[:REASON_LENGTH] for risk in fields.choices("risks")[:RISKS_MOST]),
        sold_nothing=fields.is_ticked("sold_nothing"),
        next_step=fields.text("follow_up"),
        owner=fields.person("follow_up_by"),
        due_on=fields.day("follow_up_on"),
        who=read_who(fields),
    )
    if entry.talked_on > today:
        fields.refuse("talked_on", "That day is still to come. Choose the day on which you talked.")
    if not entry.heard and not any(entry.scales.values()):
        fields.refuse(Scale.OUTCOMES, "Choose a step on one scale at least, or write down what you heard.")
    if entry.next_step and entry.due_on is None:
        fields.refuse("follow_up_on", "By when? Choose a day.")
    if entry.due_on is not None and not entry.next_step:
        fields.refuse("follow_up", "Say in a few words what is to be done, or clear the day.")
    fields.check()
    return entry


def _facts(account: str, today: date, reader: str, last: Check | None, correcting: Check | None) -> KitBlock:
    name = f"*{text.name(account)}*"
    if correcting is not None:
        words = f"{name}: your check of {spoken_day(correcting.on, today)}. What you save takes its place."
        return blocks.section(words, block_id="facts")
    hint = "Leave out what you do not know: unknown is not bad."
    if last is None:
        return blocks.section(f"{name} has no health check yet. {hint}", block_id="facts")
    is_own = last.by.slack_id == reader
    who = "you" if is_own else text.name(last.by.name or "someone")
    words = (
        f"{name}: last check on {spoken_day(last.on, today)} by {who}, {spoken_average(average(last.scales))}. {hint}"
    )
    button = blocks.button("Correct it…", ActionId.CORRECT_HEALTH, last.id) if is_own else None
    return blocks.section(words, button, block_id="facts")


def _scale(scale: Scale, today: date, last: Check | None, chosen: int | None) -> KitBlock:
    options = [(f"{step} · {step_words(scale, step)}", str(step)) for step in STEPS]
    step = last.scales.get(scale) if last else None
    hint = _ASKED[scale]
    if last is not None:
        then = f"{step} · {step_words(scale, step)}" if step else "not known"
        hint = f"{hint} Last time, {spoken_day(last.on, today)}: {then}."
    value = str(chosen) if chosen else None
    return form.select(scale, label(scale), [*options, ("Not known", UNKNOWN)], value, hint)


def _risks(reasons: Sequence[str], chosen: Sequence[str]) -> KitBlock:
    # What was chosen then may have left the list since; a correction must not lose it.
    offered = [*reasons, *(risk for risk in chosen if risk not in reasons)]
    options = [(risk, risk) for risk in offered]
    return form.several("risks", "Risks", options, chosen, hint="What could make them leave?")


def _owner(check: Check | None) -> str | None:
    return check.next_step_owner.slack_id if check and check.next_step_owner else None


def _step(value: str | None) -> int | None:
    return int(value) if value in {str(step) for step in STEPS} else None
