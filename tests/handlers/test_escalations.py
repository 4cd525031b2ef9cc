"""The morning message as a manager presses it, through the bot's front door."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.models import Member
from tests.handlers.conftest import DANA, HELEN, MARCO, World, button_ids, text_of


@pytest.fixture
def risky(world: World) -> World:
    """Dana sets Acme's renewal to at risk, and Helen, her manager, reads it."""
    with world.bot.db.transaction() as session:
        people = {one.slack_id: one for one in session.scalars(select(Member))}
        people[DANA].manager_id = people[HELEN].id
    answer = world.update(DANA, "C0ACME", "forecast", forecast="at_risk", forecast_reason="Their new CFO wants 15% off")
    assert answer["ok"], answer
    world.settle()
    return world


def told(world: World) -> dict[str, Any]:
    """Helen's one morning message."""
    (found,) = [m for m in world.direct(HELEN) if "need" in m["text"].splitlines()[0] and not m["ephemeral"]]
    return found


def direct_channel(world: World, user: str) -> str:
    """Where somebody talks with the bot."""
    channels = world.get("state")["channels"]
    return str(next(c["id"] for c in channels if c["is_im"] and {user, "U0BOT"} <= set(c["members"])))


def more(world: World, user: str, what: str) -> Any:
    """Choose something under ⋯ in the first row."""
    message = told(world)
    [menu] = [e for b in message["blocks"] if b["type"] == "actions" for e in b["elements"] if e["type"] == "overflow"]
    value = next(o["value"] for o in menu["options"] if o["text"]["text"] == what)
    place = {"channel": direct_channel(world, user), "ts": message["ts"]}
    return world.post("action", user=user, **place, action_id=menu["action_id"], value=value)


def test_a_manager_asks_and_the_owner_reads_who_asks(risky: World) -> None:
    message = told(risky)
    assert message["text"].splitlines()[0] == "1 renewal needs you · €48,000"
    assert "🔴 *Acme Robotics*: at risk · €48,000" in text_of(message["blocks"])
    assert button_ids(message)[0] == "renewal.ask:0"
    assert risky.press(HELEN, direct_channel(risky, HELEN), message, "renewal.ask:0")["ok"]
    risky.settle()
    asked = [m for m in risky.direct(DANA) if "asks what is next" in m["text"]]
    assert [m["text"].startswith("Helen Osei asks what is next with this renewal.") for m in asked] == [True]
    assert "💬 Helen Osei asked Dana Whitlock" in told(risky)["text"]
    assert told(risky)["ts"] == message["ts"]


def test_im_on_it_under_the_menu_takes_it_on_and_the_row_says_so(risky: World) -> None:
    assert more(risky, HELEN, "I'm on it")["ok"]
    risky.settle()
    assert "✅ Helen Osei is on it" in told(risky)["text"] and button_ids(told(risky)) == []
    assert risky.renewal("Acme Robotics").claimed_by_id is not None


def test_the_menu_tells_why_it_is_there_and_opens_the_story_and_the_form(risky: World) -> None:
    more(risky, HELEN, "Why am I seeing this?")
    why = text_of(risky.view(HELEN)["blocks"])
    assert "It was set to at risk" in why and "Next on " in why
    more(risky, HELEN, "Account story")
    answers = [m["text"] for m in risky.direct(HELEN) if m["ephemeral"]]
    assert "Acme Robotics" in answers[0]
    more(risky, HELEN, "Update…")
    assert risky.view(HELEN)["callback_id"] == "renewal.update"


def test_a_row_can_be_dismissed_as_wrong(risky: World) -> None:
    assert more(risky, HELEN, "Dismiss: wrong…")["ok"]
    assert "What is wrong with this alert about *Acme Robotics*?" in text_of(risky.view(HELEN)["blocks"])


def test_only_who_may_act_on_the_account_can_ask(risky: World) -> None:
    message = told(risky)
    forged = {"channel": direct_channel(risky, HELEN), "ts": message["ts"], "action_id": "renewal.ask:0"}
    with risky.bot.db.transaction() as session:
        helen = session.scalars(select(Member).where(Member.slack_id == HELEN)).one()
        helen.role = "rep"
    risky.post("action", user=HELEN, **forged)
    risky.settle()
    assert not [m for m in risky.direct(DANA) if "asks what is next" in m["text"]]
    assert any(m["text"].startswith("Only Acme Robotics's team can do that") for m in risky.direct(HELEN))
    assert not risky.direct(MARCO)
