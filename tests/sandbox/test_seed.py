"""A workspace of one's own: what a seed may say, and how each mistake is named."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.seed import DEFAULT, read_seed
from bot.sandbox.seed_rules import check_seed
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Control

DOCS = Path(__file__).parents[2] / "docs" / "sandbox.md"
ANN = {"id": "U1", "name": "ann", "real_name": "Ann"}
ROOM = {"id": "C1", "name": "general", "members": ["U1"]}


def seed(*people: Any, channels: Any = (), **more: Any) -> dict[str, Any]:
    return {"users": list(people), "channels": list(channels), **more}


WRONG: list[tuple[Any, str]] = [
    ([], "must be an object with workspace, users, channels, usergroups"),
    ({"usres": []}, "fields nobody knows: usres. It takes workspace, users"),
    ({}, "users: give at least one person"),
    ({"users": {}}, "users: give a list"),
    ({"users": ["ann"]}, "users[0]: give an object with id, name, real_name"),
    (seed({"id": "U1", "name": "ann"}), "users[0]: give real_name"),
    (seed(ANN, {"name": "bo"}), "users[1]: give id"),
    (seed({**ANN, "colour": "red"}), "users[0]: nobody knows colour. It takes id, name, real_name, role"),
    (seed({**ANN, "is_guest": "yes"}), "users[0]: is_guest must be true or false"),
    (seed({**ANN, "title": 7}), "users[0]: title must be text"),
    (seed({**ANN, "id": "ann"}), "users[0]: id must be U and then capitals"),
    (seed({**ANN, "id": "U0BOT"}), "users[0]: U0BOT is the bot's own id"),
    (seed({**ANN, "tz": "Mars/Olympus"}), "users[0]: nobody knows the zone 'Mars/Olympus'"),
    (seed({**ANN, "tz": "Europe"}), "users[0]: nobody knows the zone 'Europe'"),
    (seed(ANN, {**ANN, "name": "bo"}), "users[1]: users[0] has the id U1 already"),
    (seed(ANN, channels=[{"id": "C1", "name": "x"}]), "channels[0]: give members"),
    (seed(ANN, channels=[{**ROOM, "members": "U1"}]), "channels[0]: members must be a list of ids"),
    (seed(ANN, channels=[{**ROOM, "members": ["U9"]}]), "channels[0]: members names U9, who is not among users"),
    (seed(ANN, channels=[{**ROOM, "members": ["U0BOT"]}]), "channels[0]: leave U0BOT out of members"),
    (seed(ANN, channels=[{**ROOM, "id": "general"}]), "channels[0]: id must be C and then capitals"),
    (seed(ANN, channels=[ROOM, {**ROOM, "id": "C2"}]), "channels[1]: channels[0] has the name general already"),
    (seed(ANN, workspace={"name": "X"}), "workspace: give id"),
    (seed(ANN, workspace=[]), "workspace: give an object with id, name"),
    (
        seed(ANN, usergroups=[{"id": "S1", "handle": "a", "name": "A", "users": ["U9"]}]),
        "usergroups[0]: users names U9",
    ),
]


@pytest.mark.parametrize(("source", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_mistake_in_a_seed_is_named_with_its_place(source: Any, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        read_seed(source)


def test_our_own_workspace_is_a_seed_by_these_rules() -> None:
    check_seed({"users": DEFAULT.users, "channels": DEFAULT.channels, "usergroups": DEFAULT.usergroups})


def test_the_documented_example_is_a_workspace_one_can_talk_in() -> None:
    example = DOCS.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    with Sandbox(read_seed(json.loads(example))) as running:
        control = Control(running.base_url)
        state = control.get("state")
        room, person = state["channels"][0], state["users"][0]
        control.post("message", channel=room["id"], user=person["id"], text="hello")
        assert control.texts(room["id"], person["id"]) == ["hello"]
