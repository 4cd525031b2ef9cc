"""The forms of an account's people: somebody added or corrected, gone, removed for good; and how they decide."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from bot.accounts.people_facts import PersonView
from bot.core.customer_people import MATTERS, PersonPart
from bot.core.decision_lines import MOST_STEPS, DecisionLine, write_lines
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, carried, row_number
from bot.slack.ids import ViewId

PARTS = [(part.label, part.value) for part in PersonPart]


@dataclass(frozen=True, slots=True)
class PersonAbout:
    """What a form is about, carried in its private_metadata. Data from outside: rights are checked again.

    `person_id` is 0 for somebody who is added; `list_view` the id of the list that lies under it, if one does;
    `left_on` the ISO day of leaving that it came up with.
    """

    account_id: int
    person_id: int = 0
    list_view: str = ""
    left_on: str = ""

    def to_metadata(self) -> str:
        """As text for private_metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def from_view(cls, view: Mapping[str, Any]) -> PersonAbout:
        """What the form says of itself; zeros, which no row has, when it says nothing."""
        given = carried(view)
        numbers = row_number(given.get("account_id")), row_number(given.get("person_id"))
        words = (str(given.get(name) or "") for name in ("list_view", "left_on"))
        return cls(*numbers, *words)


@dataclass(frozen=True, slots=True)
class PersonForm:
    """Somebody as the form was sent off."""

    about: PersonAbout
    name: str
    title: str
    email: str
    part: PersonPart | None
    since: date | None
    left_on: date | None

    @property
    def keeps_left_on(self) -> bool:
        """Whether its day of leaving is as it came up: then what was said of that meanwhile stands."""
        return self.about.person_id != 0 and str(self.left_on or "") == self.about.left_on


def person_form(
    account: str, about: PersonAbout, takes_over_days: int, person: PersonView | None = None, name: str = ""
) -> dict[str, Any]:
    """The form, filled with what is known of `person`; for somebody new with a `name` that was logged.

    `takes_over_days`: by when the owner finds out who takes over from a champion or decider who has left.
    """
    left_hint = (
        f"Where a champion or decider has left, the owner finds out within {takes_over_days} days who takes over."
    )
    part = person.part if person else None
    fields = [
        blocks.section(f"At *{text.name(account)}*. Your team reads this, and nobody else.", block_id="intro"),
        form.words("name", "Name", person.name if person else name, optional=False, most=200),
        form.words("title", "Title", person.title if person else "", "Such as: CFO.", most=200),
        form.select("part", "What part do they play?", PARTS, part.value if part else None),
        form.words("email", "E-mail", person.email if person else ""),
        form.day("since", "Since when?", person.since if person else None),
        form.day("left_on", "Left on", person.left_on if person else None, left_hint),
    ]
    title = "Edit a person" if person else "Add a person"
    about = replace(about, left_on=str(person.left_on or "") if person else "")
    return form.modal(ViewId.PERSON, title, fields, "Save" if person else "Add", about.to_metadata())


def read_person(view: Mapping[str, Any]) -> PersonForm:
    """The form as values; raises FieldErrors without a name."""
    fields = Fields(view)
    if not fields.text("name"):
        fields.refuse("name", "Write their name.")
    fields.check()
    return PersonForm(
        PersonAbout.from_view(view),
        fields.text("name"),
        fields.text("title"),
        fields.text("email"),
        fields.one_of("part", PersonPart),
        fields.day("since"),
        fields.day("left_on"),
    )


def left_form(person: PersonView, about: PersonAbout, today: date, takes_over_days: int) -> dict[str, Any]:
    """When did they leave?"""
    follows = (
        f" The account's owner gets a follow-up: who takes over, within {takes_over_days} days."
        if person.part in MATTERS
        else ""
    )
    name, account = text.name(person.name), text.name(person.account)
    intro = f"*{name}* has left *{account}*. They stay in the list as gone.{follows}"
    fields = [blocks.section(intro, block_id="intro"), form.day("left_on", "When?", today, optional=False)]
    return form.modal(ViewId.PERSON_LEFT, "Somebody has left", fields, "Save", about.to_metadata())


def read_left(view: Mapping[str, Any]) -> tuple[PersonAbout, date]:
    """Whom, and the day; raises FieldErrors without one."""
    fields = Fields(view)
    day = fields.day("left_on")
    if day is None:
        fields.refuse("left_on", "Choose the day.")
    fields.check()
    assert day is not None
    return PersonAbout.from_view(view), day


def remove_form(person: PersonView, about: PersonAbout) -> dict[str, Any]:
    """Sure?"""
    name = text.name(person.name)
    words = (
        f"*{name}* is removed from *{text.name(person.account)}* for good: name, title and e-mail, here and in every "
        "field that names them. That there were contacts stays, and an import does not bring them back. This cannot be "
        "undone."
    )
    beside = (
        "What people wrote in sentences of their own stays as it is, and so do messages that were sent to Slack: look "
        "through the timeline, and edit those that name them."
    )
    parts = [blocks.section(words, block_id="intro"), blocks.context(beside)]
    return form.modal(ViewId.REMOVE_PERSON, "Remove for good?", parts, "Remove", about.to_metadata())


def decision_form(account: str, account_id: int, steps: Sequence[DecisionLine], list_view: str) -> dict[str, Any]:
    """How they decide, a step a line."""
    hint = f"One a line, in their order, at most {MOST_STEPS}. Such as: Ruth Okafor: signs the budget off, 10 days"
    fields = [
        blocks.section(
            f"How *{text.name(account)}* decides: who, what they do, and how many days it took last time.",
            block_id="intro",
        ),
        form.words("steps", "Steps", write_lines(steps), hint, lines=True),
    ]
    about = PersonAbout(account_id, list_view=list_view)
    return form.modal(ViewId.DECISION, "How they decide", fields, "Save", about.to_metadata())


def read_decision(view: Mapping[str, Any]) -> tuple[PersonAbout, str]:
    """Which account, and the steps as they were written."""
    return PersonAbout.from_view(view), Fields(view).text("steps")
