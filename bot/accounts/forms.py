"""The fields by which a form asks who at the customer it was: picked from the list, or written as it is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from slackblocks.blocks import Block as KitBlock

from bot.accounts.people_facts import PersonView
from bot.core.person_names import person_key
from bot.slack import form, text
from bot.slack.form_fields import Fields
from bot.slack.ids import ActionId, numbered, plain

TYPED, ADD = "contact", "add_person"
"""The fields for a name that is not in the list, and for adding it."""

ADD_WORDS = "Add them to the people at this account"

NAMESAKES_MOST, NAMESAKE_LENGTH = 4, 60
"""How many of those whom a name may mean are named beside the field, and how many characters of each."""


@dataclass(frozen=True, slots=True)
class WhoAtCustomer:
    """Who at the customer, as a form says it: somebody of the list (0: nobody), and what was written beside it.

    `is_new`: the names that are not in the list are to be added to it. `field` is the one beside which it is said that
    the person cannot be meant.
    """

    person_id: int = 0
    typed: str = ""
    is_new: bool = False
    field: str = TYPED


@dataclass(frozen=True, slots=True)
class WhoDraft:
    """What these fields begin with. `chosen` is (name, number as text) of somebody of the list.

    `has_list`: somebody is written down already, so that there is something to choose from. `is_new`: what
    was typed is to come into it.
    """

    typed: str = ""
    chosen: tuple[str, str] | None = None
    has_list: bool = False
    is_new: bool = False


def who_fields(label: str, draft: WhoDraft, account_id: int = 0, hint: str = "") -> list[KitBlock]:
    """The fields. `account_id` is the form's account; 0 where it is one of the form's own fields."""
    name = numbered(ActionId.FIND_PERSON, account_id) if account_id else ActionId.FIND_PERSON.value
    pick = form.search(name, label, "Type a part of the name.", chosen=draft.chosen, optional=True)
    asked = "Or somebody else there" if draft.has_list else label
    return [
        *([pick] if draft.has_list else []),
        form.words(TYPED, asked, draft.typed[:200], hint, most=200),
        form.tick(ADD, "Not in the list yet?", ADD_WORDS, draft.is_new),
    ]


def read_who(fields: Fields) -> WhoAtCustomer:
    """What these fields say. Whether the person is of the account is for whoever keeps it to check."""
    pick = next((name for name in fields.names() if plain(name) == ActionId.FIND_PERSON), "")
    typed, is_new = fields.text(TYPED), fields.is_ticked(ADD)
    if is_new and not typed:
        fields.refuse(TYPED, "Write who is to be added.")
    return WhoAtCustomer(fields.number(pick) if pick else 0, typed, is_new, pick or TYPED)


def which_of_them(name: str, several: Sequence[PersonView], has_list: bool) -> str:
    """What is said beside the field, as plain text, when a name in it may be `several` people there.

    `has_list`: the form has the field to choose one of them.
    """
    alike = Counter(person_key(one.name) for one in several)
    named = [_told_apart(one, alike[person_key(one.name)] > 1) for one in several[:NAMESAKES_MOST]]
    more = len(several) - len(named)
    *first, last = [*named, f"{more} more"] if more else named
    what = "Choose one of them from the list, or write the whole name." if has_list else "Write the whole name."
    return f"“{text.plain(name, NAMESAKE_LENGTH)}” may be {', '.join(first)} or {last}. {what}"


def _told_apart(one: PersonView, has_namesake: bool) -> str:
    aside = ", ".join(part for part in (one.email if has_namesake else "", "left" if one.left_on else "") if part)
    name = text.plain(one.name, NAMESAKE_LENGTH)
    return f"{name} ({text.plain(aside, NAMESAKE_LENGTH)})" if aside else name
