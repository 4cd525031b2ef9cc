"""The demo's list of things to try, each of people, places and names that are there, and each can be done."""

import pytest

from bot.demo.explore import FIRST_LOOK, TO_TRY
from bot.manifest import manifest
from bot.sandbox.explore import read_steps
from bot.sandbox.manifest import read_manifest
from bot.sandbox.seed import DEFAULT
from bot.slack.ids import ActionId, ViewId

PEOPLE = {person["id"]: person for person in DEFAULT.users}
ROOMS = {room["id"]: room for room in DEFAULT.channels}


def test_they_can_be_read_and_every_kind_of_reader_is_among_them():
    assert len(read_steps(TO_TRY)) == len(TO_TRY)
    roles = {PEOPLE[step["as"]]["role"] for step in TO_TRY if step["as"]}
    assert roles >= {"rep", "support", "manager", "guest", "outsider"}


@pytest.mark.parametrize("step", [*TO_TRY, {**FIRST_LOOK, "id": "first look"}], ids=lambda step: step["id"])
def test_who_is_to_act_may_be_in_that_place(step):
    assert step["at"] in ROOMS or step["at"] in ("home", "clock")
    if step["at"] in ROOMS:
        assert step["as"] in ROOMS[step["at"]]["members"]


@pytest.mark.parametrize("step", TO_TRY, ids=lambda step: step["id"])
def test_what_ticks_it_off_is_something_the_bot_has(step):
    known = {
        "press": [f"{action}*" for action in ActionId],
        "submit": list(ViewId),
        "command": list(read_manifest(manifest()).commands),
    }
    for wish in step["done_by"]:
        assert wish.get("name", "") in known.get(wish["kind"], [""])
