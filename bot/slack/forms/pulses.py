"""The forms of pulses: why an answer is not green, the next step after a red round, the list of reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.rules.pulse_cards import PulseCard
from bot.rules.pulses import REASONS_MOST, Colour, emoji, label
from bot.slack import blocks, text
from bot.slack.forms import building
from bot.slack.forms.fields import Fields
from bot.slack.ids import ViewId
from bot.slack.messages.pulses import counted, said_line

SAID_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Why:
    """An answer that is not green, as it was sent off."""

    round_id: int
    colour: Colour
    reasons: tuple[str, ...]
    words: str
    is_copy: bool = False
    """Opened from a copy of the card that does not change by itself."""


@dataclass(frozen=True, slots=True)
class StepForm:
    """A next step as it was sent off; `owner` is a Slack id."""

    round_id: int
    words: str
    due_on: date
    owner: str | None
    is_promise: bool


def why_form(
    account: str,
    round_id: int,
    colour: Colour,
    reasons: Sequence[str],
    most: int,
    chosen: Sequence[str] = (),
    words: str = "",
    is_copy: bool = False,
) -> dict[str, Any]:
    """Why an answer is yellow or red; filled with what this person said before, also when the list has changed."""
    offered = list(dict.fromkeys([*reasons, *chosen]))[:100]
    intro = (
        f"*{text.name(account)}: {emoji(colour)} {label(colour)}*\n"
        "Your team reads this when the round closes, with your name. Until then you can change it."
    )
    fields = [
        blocks.section(intro, block_id="facts"),
        building.several(
            "reasons",
            "Why?",
            [(reason, reason) for reason in offered],
            chosen,
            most,
            f"Up to {most}. Managers change this list with /pulse reasons.",
        ),
        building.words(
            "words", "In your words", words, "A reason or a sentence: one of the two is needed.", lines=True
        ),
    ]
    metadata = json.dumps({"round_id": round_id, "colour": colour, "is_copy": is_copy})
    return building.modal(ViewId.ANSWER_PULSE, "Why not green?", fields, "Answer", metadata)


def read_why(view: Mapping[str, Any]) -> Why:
    """The form as values. What cannot be taken is refused by the service, beside its field."""
    given = _metadata(view)
    fields = Fields(view)
    colour = next((one for one in Colour if one == given.get("colour")), Colour.YELLOW)
    is_copy = given.get("is_copy") is True
    return Why(_number(given, "round_id"), colour, fields.choices("reasons"), fields.text("words"), is_copy)


def kept_view(words: str) -> dict[str, Any]:
    """What stands in the form's place when nothing else shows that the answer was taken."""
    return building.modal(ViewId.ANSWER_PULSE, "Kept", [blocks.section(words)])


def step_form(card: PulseCard, me: str) -> dict[str, Any]:
    """The next step after a round: what, by when, who."""
    lines = [f"*{text.name(card.account)}*: {counted(card.counts)}"]
    lines += [said_line(one) for one in card.said[:SAID_SHOWN] if one.colour != Colour.GREEN]
    fields = [
        blocks.section("\n".join(lines), block_id="facts"),
        building.words("follow_up", "What is the next step?", optional=False, lines=True),
        building.day("follow_up_on", "By when?", hint="Who does it hears of it that morning.", optional=False),
        building.person("follow_up_by", "Who does it?", me),
        building.tick("promise", "Promise", "The customer was promised this", hint="Kept or broken, it counts."),
    ]
    return building.modal(ViewId.STEP_PULSE, "Next step", fields, "Save", json.dumps({"round_id": card.round_id}))


def read_step(view: Mapping[str, Any]) -> StepForm:
    """The form as values; raises FieldErrors with a sentence for each field that cannot be taken."""
    fields = Fields(view)
    words, due_on = fields.text("follow_up"), fields.day("follow_up_on")
    if not words:
        fields.refuse("follow_up", "Say in a few words what is to be done.")
    if due_on is None:
        fields.refuse("follow_up_on", "Choose by which day.")
    fields.check()
    assert due_on is not None
    owner = fields.person("follow_up_by")
    return StepForm(_number(_metadata(view), "round_id"), words, due_on, owner, fields.is_ticked("promise"))


def reasons_form(reasons: Sequence[str]) -> dict[str, Any]:
    """The workspace's list of reasons, one a line."""
    hint = f"One a line, at most {REASONS_MOST}. Empty gives the usual list back. Given answers keep their words."
    fields = [building.words("reasons", "Why a customer may not be well", "\n".join(reasons), hint, lines=True)]
    return building.modal(ViewId.SET_REASONS, "Reasons", fields, "Save")


def read_reasons(view: Mapping[str, Any]) -> str:
    """The list as it was written."""
    return Fields(view).text("reasons")


def _metadata(view: Mapping[str, Any]) -> dict[str, Any]:
    try:
        given = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _number(given: Mapping[str, Any], name: str) -> int:
    return given[name] if isinstance(given.get(name), int) else 0
