"""The walks of docs/contributing.md lead where they say, and none of them is long.

The whole feature, with its command, job, post and lines, is walked in tests/handlers/test_a_new_feature.py.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from datetime import date
from typing import Any

import pytest

from bot import features
from bot.core.person import Person
from bot.core.policy import MORE_RUNGS, RUNGS, Tier, default_policy, defaults_mark
from bot.docs_reference import ROOT
from bot.models import PulseAnswer
from bot.pulses.facts import GivenAnswer, Own, Said
from bot.pulses.forms import read_why, why_form
from bot.pulses.messages.answers import own_answer, said_in_timeline, said_line
from bot.pulses.rounds import Answer, Earlier
from bot.pulses.rules import Colour
from bot.pulses.samples import ALL_SAID
from bot.registry import Feature
from bot.renewals.forms.update import Change, Typed, update_form
from bot.renewals.messages.card import render_renewal_card
from bot.renewals.rules.ladder import ladder
from bot.renewals.rules.stages import LostReason
from tests.renewals.test_messages import card

TEXT = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
WALKS = {
    head: re.findall(r"^\d\. (`[^`]+`)", body, re.MULTILINE)
    for head, body in re.findall(r"^## (Add [^\n]+)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
}
TODAY = date(2026, 3, 2)


MORE_FILES = {"Add a field to the answer of a pulse": 5}
"""A field of what people say has a column, a place in a form and its words; anything else is three files at most."""


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_names_at_most_three_files_and_those_that_it_names_are_there(walk: str) -> None:
    assert 1 <= len(WALKS[walk]) <= MORE_FILES.get(walk, 3)
    for named in WALKS[walk]:
        path = named.strip("`")
        assert "<feature>" in path or (ROOT / path).exists(), path


def test_the_walks_are_those_that_a_newcomer_asks_for() -> None:
    assert {"Add a loss reason", "Add a rung of the ladder", "Add a command", "Add a kind of job"} < set(WALKS)
    assert {"Add a post", "Add an alert", "Add a line to the timeline", "Add a whole feature"} < set(WALKS)


def test_each_term_of_the_glossary_stands_once() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    terms = [term for row in rows if row not in ("term", "---") for term in row.split(", ")]
    assert len(terms) > 80
    assert sorted(terms) == sorted(set(terms))


@pytest.mark.parametrize("feature", features.FEATURES, ids=lambda feature: ", ".join(feature.posts) or "no post")
def test_a_feature_brings_a_sample_of_each_of_its_posts_and_of_no_other(feature: Feature) -> None:
    features.install()
    made = {sample.kind for several in feature.samples for sample in several("U0REP1") if sample.form == "message"}
    others = {kind for one in features.FEATURES if one is not feature for kind in one.posts}
    assert set(feature.posts) <= made
    assert not made & others


def test_a_loss_reason_is_offered_by_the_form_and_read_on_the_card_by_its_own_line() -> None:
    form = update_form(card(), "U0REP1", typed=Typed({"change": Change.LOST}))
    (field,) = [block["element"] for block in form["blocks"] if block.get("block_id") == "lost_reason"]
    offered = [(option["text"]["text"], option["value"]) for option in field["options"]]
    assert offered == [(reason.label, reason.value) for reason in LostReason]
    for reason in LostReason:
        shown = card(stage="lost", outcome="lost", lost_reason=reason.value)
        assert reason.label in str(render_renewal_card(shown.to_facts()).blocks)
        assert len(reason.value) <= 32


@pytest.fixture(params=list(Tier))
def has_41(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tier]:
    """One more rung for one tier, as the walk adds it."""
    before = defaults_mark()
    monkeypatch.setitem(MORE_RUNGS, request.param, (41,))
    default_policy.cache_clear()
    assert defaults_mark() != before, "the bot would not notice that its ladders are others"
    yield request.param
    monkeypatch.undo()
    default_policy.cache_clear()


def test_a_rung_of_one_tier_adds_to_those_of_all(has_41: Tier) -> None:
    for tier in Tier:
        rungs = [rung.days for rung in ladder(date(2027, 6, 1), default_policy(tier), 12)]
        assert rungs == sorted({*RUNGS, *MORE_RUNGS[tier]}, reverse=True)
        assert (41 in rungs) == (tier is has_41)


def test_what_an_answer_says_has_its_column_and_reaches_every_kind_of_answer() -> None:
    names = {one.name for one in fields(GivenAnswer)}
    assert names <= set(PulseAnswer.__table__.columns.keys())
    for kind in (Said, Answer, Earlier):
        assert names <= {one.name for one in fields(kind)}
    unsaid = {one.name for one in fields(GivenAnswer) if one.default is MISSING and one.default_factory is MISSING}
    assert unsaid == {"colour"}, "an answer given before the field was there could not be read"


@pytest.mark.parametrize("name", [one.name for one in fields(GivenAnswer) if one.name != "colour"])
def test_every_field_of_an_answer_is_told_to_who_gave_it_to_the_team_and_in_the_timeline(name: str) -> None:
    without = replace(ALL_SAID, **{name: getattr(GivenAnswer(Colour.RED), name)})
    assert without != ALL_SAID, "ALL_SAID needs to say something in the new field"
    assert _to_who_gave_it(without) != _to_who_gave_it(ALL_SAID)
    assert _to_the_team(without) != _to_the_team(ALL_SAID)
    assert said_in_timeline(without, "Dana", ()) != said_in_timeline(ALL_SAID, "Dana", ())


def _to_who_gave_it(given: GivenAnswer) -> str:
    return own_answer(Own(7, "Acme", str(TODAY), str(TODAY), given)).text


def _to_the_team(given: GivenAnswer) -> str:
    return said_line(Said(**given.values, by=Person("U1", "Dana", "owner")), str(TODAY))


@pytest.mark.parametrize(
    "given",
    [replace(ALL_SAID, heard_from=""), GivenAnswer(Colour.YELLOW, (), "They wait"), GivenAnswer(Colour.GREEN)],
)
def test_the_form_of_an_answer_gives_back_what_it_is_filled_with(given: GivenAnswer) -> None:
    form = why_form("Acme", 7, given, ["Price"], 3, today=TODAY, is_change=True)
    assert read_why(_sent_off(form), TODAY).given == given


def _sent_off(form: dict[str, Any]) -> dict[str, Any]:
    """The view as Slack sends it when nothing in it was touched."""
    values: dict[str, Any] = {}
    for block in form["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **_initial(element)}}
    return {"private_metadata": form["private_metadata"], "state": {"values": values}}


def _initial(element: dict[str, Any]) -> dict[str, Any]:
    sent = {"initial_option": "selected_option", "initial_options": "selected_options", "initial_value": "value",
            "initial_date": "selected_date"}  # fmt: skip
    return {sent[name]: value for name, value in element.items() if name in sent}


COMMANDING = [
    path.parent.name
    for path in sorted((ROOT / "bot").glob("*/feature.py"))
    if importlib.import_module(f"bot.{path.parent.name}.feature").FEATURE.commands
]


@pytest.mark.parametrize("feature", COMMANDING)
def test_what_people_type_of_a_feature_is_handled_and_tested_in_files_of_its_name(feature: str) -> None:
    assert (ROOT / "handlers" / f"{feature}.py").exists()
    assert (ROOT / "tests" / "handlers" / f"test_{feature}.py").exists()
