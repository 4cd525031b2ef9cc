"""Every form that names somebody at the customer asks for them in one way, and one list has all that was kept so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.accounts.customer_people import NAMING_FIELDS
from bot.db.engine import Base
from bot.models import NurtureTouch, PulseAnswer
from bot.slack.ids import ActionId, ViewId, plain
from bot.slack.samples import samples

PICKING = {
    ViewId.LOG_TOUCH,
    ViewId.EDIT_TOUCH,
    ViewId.RECORD_HEALTH,
    ViewId.ANSWER_PULSE,
    ViewId.STEP_PULSE,
    ViewId.HAND_OVER,
    ViewId.PLAN,
    ViewId.ADD_CLAIM,
    ViewId.OPPORTUNITY,
    ViewId.REQUALIFY,
    ViewId.CHANGE_REQUALIFICATION,
    ViewId.SAY_NURTURE,
}
"""The forms that name somebody at the customer."""

OTHERS = {
    (ViewId.PERSON, "name"): "it is the list itself",
    (ViewId.GIVE_REFERRAL, "named"): "somebody at another company",
}
"""Fields for a name that need no list to choose from, and why."""

PERSON = re.compile(r"\b(who|whom|whose|person|contact|somebody|name)\b", re.IGNORECASE)


def forms() -> list[Mapping[str, Any]]:
    return [one.body for one in samples("U1") if one.form == "view" and one.body.get("submit")]


def fields(form: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {plain(block["block_id"]): block for block in form["blocks"] if block["type"] == "input"}


def test_every_form_that_names_somebody_picks_takes_any_name_and_offers_to_add_it() -> None:
    shown = {ViewId(form["callback_id"]): set(fields(form)) for form in forms() if ActionId.FIND_PERSON in fields(form)}
    assert set(shown) == PICKING
    assert all({"contact", "add_person"} <= there for there in shown.values())
    # Where nobody is written down yet there is nothing to pick, and the other two ask the same.
    for form in forms():
        assert ("contact" in fields(form)) is (form["callback_id"] in PICKING), form["callback_id"]


def test_no_form_asks_for_a_person_in_a_field_of_its_own() -> None:
    asked = {
        (ViewId(form["callback_id"]), name)
        for form in forms()
        for name, block in fields(form).items()
        if block["element"]["type"] == "plain_text_input"
        and name != "contact"
        and PERSON.search(block["label"]["text"])
    }
    assert asked == set(OTHERS)


def test_every_column_that_names_somebody_is_in_the_list_by_which_names_are_found_and_blanked() -> None:
    kept = {
        (mapper.class_, column.key)
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if column.key in ("contact", "heard_from", "who")
    }
    beside = {(PulseAnswer, "heard_from"), (NurtureTouch, "contact")}
    assert kept == {(one.model, one.name) for one in NAMING_FIELDS} | beside
    assert len({one.noun for one in NAMING_FIELDS}) == len(NAMING_FIELDS)
