"""The forms of pulses: why an answer is not green, the next step after a red round, the list of reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.accounts.forms import WhoAtCustomer, WhoDraft, read_who, who_fields
from bot.health.rules.reasons import REASONS_MOST
from bot.pulses.facts import GivenAnswer, PulseCard
from bot.pulses.messages.answers import said_line
from bot.pulses.messages.card import counted
from bot.pulses.rules import Colour, emoji, label, needs_reason
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, carried, row_number
from bot.slack.ids import ViewId

SAID_SHOWN = 6
HEARD, IMPRESSION = "heard", "impression"


@dataclass(frozen=True, slots=True)
class AnswerWhy:
    """An answer as it was sent off; `who` said so, where it was heard from the customer."""

    round_id: int
    given: GivenAnswer
    who: WhoAtCustomer


@dataclass(frozen=True, slots=True)
class StepForm:
    """A next step as it was sent off; `owner` is a Slack id."""

    round_id: int
    words: str
    due_on: date
    owner: str | None
    is_promise: bool
    who: WhoAtCustomer


def why_form(
    account: str,
    round_id: int,
    given: GivenAnswer,
    reasons: Sequence[str],
    most: int,
    *,
    today: date | None = None,
    channel: str | None = None,
    is_change: bool = False,
    account_id: int = 0,
    who: WhoDraft | None = None,
) -> dict[str, Any]:
    """Why an answer is yellow or red; filled with what this person has `given` before, also when the list has changed.

    With `is_change` the colour is a field as well. `channel` is where the answer is confirmed,
    `who` whom of the account's people it was heard from.
    """
    colour = given.colour
    offered = list(dict.fromkeys([*reasons, *given.reasons]))[:100]
    red = " 🔴 In danger reaches the account's owner at once." if colour is Colour.RED or is_change else ""
    title = f"*{text.name(account)}*" if is_change else f"*{text.name(account)}: {emoji(colour)} {label(colour)}*"
    intro = (
        f"{title}\nYour team reads this, with your name, when everyone has answered. Until then you can change it.{red}"
    )
    colours = [(f"{emoji(one)} {label(one)}", one.value) for one in Colour]
    ways = [("It is my impression", IMPRESSION), ("The customer said so", HEARD)]
    fields = [
        blocks.section(intro, block_id="facts"),
        *([form.select("colour", "How are they doing?", colours, colour, optional=False)] if is_change else []),
        form.several(
            "reasons",
            "Why?",
            [(reason, reason) for reason in offered],
            given.reasons,
            most,
            f"Up to {most}; none if you write a sentence below. Managers change this list with /pulse reasons.",
        ),
        form.words(
            "words", "In your words", given.words, "Choose a reason above, or write a sentence here.", lines=True
        ),
    ]
    fields += [
        form.select("known", "How do you know?", ways, HEARD if given.heard_on else IMPRESSION, optional=False),
        form.day("heard_on", "When did they say so?", given.heard_on or today, "Only if the customer said so."),
        *who_fields("Who said so?", who or WhoDraft(given.heard_from), account_id, "Only if the customer said so."),
    ]
    metadata = json.dumps({"round_id": round_id, "colour": colour, "channel": channel})
    title = "Your answer" if is_change else "Why not green?"
    return form.modal(ViewId.ANSWER_PULSE, title, fields, "Answer", metadata)


def read_why(view: Mapping[str, Any], today: date) -> AnswerWhy:
    """The form as values; heard `today` unless a day is chosen. What cannot be taken the service refuses."""
    about = carried(view)
    fields = Fields(view)
    pressed = next((one for one in Colour if one == about.get("colour")), Colour.YELLOW)
    colour = fields.one_of("colour", Colour) or pressed
    return AnswerWhy(
        row_number(about.get("round_id")),
        GivenAnswer(
            colour,
            # It says why an answer is not green: for one that has become green it stays with what was said before.
            reasons=fields.choices("reasons") if needs_reason(colour) else (),
            words=fields.text("words"),
            heard_on=(fields.day("heard_on") or today) if fields.choice("known") == HEARD else None,
        ),
        read_who(fields),
    )


def step_form(card: PulseCard, me: str, account_id: int = 0, contact: WhoDraft | None = None) -> dict[str, Any]:
    """The next step after a round: what, by when, who does it, and with whom (`contact`) of the customer."""
    lines = [f"*{text.name(card.account)}*: {counted(card.counts)}"]
    lines += [said_line(one, card.as_of) for one in card.said[:SAID_SHOWN] if one.colour != Colour.GREEN]
    fields = [
        blocks.section("\n".join(lines), block_id="facts"),
        form.words("follow_up", "What is the next step?", optional=False, lines=True),
        form.day("follow_up_on", "By when?", hint="I remind whoever does it that morning.", optional=False),
        form.person("follow_up_by", "Who does it?", me),
        *who_fields("With whom there?", contact or WhoDraft(), account_id),
        form.tick(
            "promise", "Promise", "We promised the customer this", hint="Whether it is kept counts in the health score."
        ),
    ]
    return form.modal(ViewId.STEP_PULSE, "Next step", fields, "Save", json.dumps({"round_id": card.round_id}))


def read_step(view: Mapping[str, Any]) -> StepForm:
    """The form as values; raises FieldErrors with a sentence for each field that cannot be taken."""
    fields = Fields(view)
    words, due_on = fields.text("follow_up"), fields.day("follow_up_on")
    if not words:
        fields.refuse("follow_up", "Say in a few words what is to be done.")
    if due_on is None:
        fields.refuse("follow_up_on", "Choose by which day.")
    who = read_who(fields)
    fields.check()
    assert due_on is not None
    round_id, owner = row_number(carried(view).get("round_id")), fields.person("follow_up_by")
    return StepForm(round_id, words, due_on, owner, fields.is_ticked("promise"), who)


def reasons_form(reasons: Sequence[str]) -> dict[str, Any]:
    """The workspace's list of reasons, one a line."""
    hint = (
        f"One a line, at most {REASONS_MOST}. Empty brings the usual list back. Answers already given keep their words."
    )
    fields = [form.words("reasons", "Why a customer may not be well", "\n".join(reasons), hint, lines=True)]
    return form.modal(ViewId.SET_REASONS, "Pulse reasons", fields, "Save")


def read_reasons(view: Mapping[str, Any]) -> str:
    """The list as it was written."""
    return Fields(view).text("reasons")
