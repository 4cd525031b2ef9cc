"""Forms about referrals: an account's list, of whom one may ask; and whom somebody named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.people_facts import PersonView
from bot.referrals.facts import AskablePerson, ReferralLine, ReferralList
from bot.referrals.messages import account_bars, person_bars, referral_words
from bot.slack import blocks, form, text
from bot.slack.form_fields import Fields, Reference, carried, row_number
from bot.slack.ids import ActionId, ViewId
from bot.slack.message import message

WORDS_LENGTH = 1500


@dataclass(frozen=True, slots=True)
class GivenForm:
    """The form as it was sent off; `list_view` is the id of the list that lies under it, if one does.

    `referral_id`: what it corrects; 0 for a new one.
    """

    person_id: int
    referral_id: int
    list_view: str
    named: str
    company: str
    words: str


def referral_view(found: ReferralList) -> dict[str, Any]:
    """Whom of an account the reader may ask and why not the others, and what was given before."""
    metadata = Reference(account_id=found.account_id).to_metadata()
    view = form.modal(ViewId.REFERRALS, text.plain(f"Referrals: {found.account}", 24), [], metadata=metadata)
    parts = [
        blocks.section("\n".join(_head(found))),
        *(_row(one, found, place) for place, one in enumerate(found.people)),
        *_beyond(found),
    ]
    if found.referrals:
        parts.append(blocks.divider())
        parts += [_given(one, found.may_change, len(found.people) + place) for place, one in enumerate(found.referrals)]
    if not found.may_change:
        parts.append(blocks.context("The account's team and managers can write here."))
    return {**view, "blocks": message("", parts).blocks}


def _head(found: ReferralList) -> list[str]:
    name = text.name(found.account)
    counts = f"asked {found.asked:,}, given {found.given:,}, thanked {found.thanked:,}"
    if not found.people_count:
        return [f"*{name}*: {counts}. Nobody is written down there yet: add people first."]
    bars = account_bars(found)
    if not bars:
        free = sum(not one.bars for one in found.people)
        people = text.count(free, "person", "people")
        head = f"*{name}*: a good moment. You may ask {people}. Their ⋯ writes down what happened."
        if not found.may_change:
            head = f"*{name}*: a good moment. Its team may ask {people}."
        return [head if free else f"*{name}*: a good moment, but nobody is free to be asked.", _counted(counts)]
    return [f"*{name}*: not now.", *(f"• {why}" for why in bars), _counted(counts)]


def _counted(counts: str) -> str:
    return f"So far: {counts}."


def _row(one: AskablePerson, found: ReferralList, place: int) -> KitBlock:
    who = [f"*{text.name(one.name)}*", text.typed(one.title, 80), one.part]
    own = person_bars(one, found.as_of)
    state = f"not now: {own}" if own else ("not now" if found.bars else "may be asked")
    line = f"{' · '.join(part for part in who if part)}\n{state}"
    if not found.may_change:
        return blocks.section(line)
    choices = [("They named somebody…", ActionId.GIVE_REFERRAL, one.id)]
    if not own and not found.bars:
        choices.insert(0, ("Asked", ActionId.ASKED_REFERRAL, one.id))
    return blocks.section(line, blocks.menu(*choices, place=place))


def _beyond(found: ReferralList) -> list[KitBlock]:
    more = found.people_count - len(found.people)
    people = blocks.actions(blocks.button("People…", ActionId.OPEN_PEOPLE, found.account_id))
    return [*([blocks.context(f"and {more:,} more in the list of people.")] if more > 0 else []), people]


def _given(one: ReferralLine, may_change: bool, place: int) -> KitBlock:
    """A referral; its ⋯, apart from those of the people above, says what comes next, and puts right what is wrong."""
    if not may_change:
        return blocks.section(referral_words(one))
    choices = {
        "asked": [("Not asked after all", ActionId.NOT_ASKED_REFERRAL)],
        "given": [
            ("Thanked", ActionId.THANK_FROM_LIST),
            ("Change…", ActionId.CHANGE_REFERRAL),
            ("They named nobody", ActionId.NOT_GIVEN_REFERRAL),
        ],
        "thanked": [
            ("Change…", ActionId.CHANGE_REFERRAL),
            ("Not thanked after all", ActionId.NOT_THANKED_REFERRAL),
        ],
    }["thanked" if one.thanked_on else "given" if one.given_on else "asked"]
    menu = blocks.menu(*((label, action, one.referral_id) for label, action in choices), place=place)
    return blocks.section(referral_words(one), menu)


def given_form(person: PersonView, list_view: str = "", known: ReferralLine | None = None) -> dict[str, Any]:
    """Whom did they name? `known`: what is to be put right."""
    intro = f"Whom did *{text.name(person.name)}* of *{text.name(person.account)}* name? Your team reads this."
    fields = [
        blocks.section(intro, block_id="intro"),
        form.words("named", "Name", known.named if known else "", most=200),
        form.words("company", "Company", known.company if known else "", most=200),
        form.words("words", "What did they say?", known.words if known else "", lines=True, most=WORDS_LENGTH),
    ]
    referral_id = known.referral_id if known else 0
    about = json.dumps({"person_id": person.id, "list_view": list_view, "referral_id": referral_id})
    return form.modal(ViewId.GIVE_REFERRAL, "A referral", fields, "Save", about)


def read_given(view: Mapping[str, Any]) -> GivenForm:
    """The form as values (person 0: unreadable); raises FieldErrors when it names nobody and no company."""
    fields = Fields(view)
    if not fields.text("named") and not fields.text("company"):
        fields.refuse("named", "Write whom they named, or the company.")
    fields.check()
    about = carried(view)
    list_view = about.get("list_view")
    return GivenForm(
        row_number(about.get("person_id")),
        row_number(about.get("referral_id")),
        list_view if isinstance(list_view, str) else "",
        fields.text("named"),
        fields.text("company"),
        fields.text("words"),
    )
