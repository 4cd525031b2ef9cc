"""Who is let in, and where an answer may be read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot import models
from bot.db.work import Work
from bot.workspace import channels
from handlers import installation
from handlers.inbound.request import SlackEvent
from tests.handlers.conftest import DANA, KIM, RUTH, World, choose_menu, text_of, until

REFUSAL = "Sorry, this is only for members of the team."


@pytest.mark.parametrize("asked", ["/renewal acme", "/renewal no such customer", "/renewal", "/retention settings"])
def test_a_guest_learns_nothing_from_any_command(both: World, asked: str) -> None:
    before = both.messages("C0HARBOR", KIM)
    answer = both.command(KIM, "C0HARBOR", asked)
    assert REFUSAL in json.dumps(answer)
    new = both.messages("C0HARBOR", KIM)[len(before) :]
    assert [m["text"] for m in new] == [REFUSAL]
    assert both.no_view(KIM)
    both.settle()
    assert both.direct(KIM) == []


def test_an_outsider_in_a_shared_channel_learns_nothing(both: World) -> None:
    both.command(RUTH, "C0MERIDIAN", "/renewal meridian")
    both.settle()
    assert [m["text"] for m in both.messages("C0MERIDIAN", RUTH)] == [REFUSAL]
    assert both.no_view(RUTH)


def test_a_guest_who_presses_a_button_changes_nothing(both: World) -> None:
    both.post("member", channel="C0ACME", user=KIM, present=True)
    card = both.card("C0ACME", DANA)
    both.press(KIM, "C0ACME", card, "renewal.claim")
    assert [m["text"] for m in both.whispers("C0ACME", KIM)] == [REFUSAL]
    assert both.renewal("Acme Robotics").claimed_by_id is None


def test_the_home_tab_of_a_guest_says_nothing(world: World) -> None:
    world.post("home", user=KIM)
    assert text_of(world.get(f"home?user={KIM}")["blocks"]).count("members of the team") == 1


def test_in_a_shared_channel_the_answer_comes_by_direct_message(both: World) -> None:
    both.command(DANA, "C0MERIDIAN", "/retention")
    both.settle()
    assert [m["text"] for m in both.whispers("C0MERIDIAN", DANA)] == ["I've answered in our direct messages."]
    assert any("I keep one card for each renewal" in m["text"] for m in both.direct(DANA))


def test_in_a_shared_channel_a_form_may_open_for_the_team(both: World) -> None:
    both.command(DANA, "C0MERIDIAN", "/renewal")
    assert "Meridian Freight" in text_of(both.view(DANA)["blocks"])
    assert both.messages("C0MERIDIAN", RUTH) == []


def test_the_shared_channel_stays_silent_and_the_owner_gets_the_card(world: World) -> None:
    assert world.messages("C0MERIDIAN", RUTH) == []
    (card,) = [m for m in world.direct(DANA) if "Meridian Freight" in m["text"]]
    [talk] = [c["id"] for c in world.get("state")["channels"] if c["is_im"] and {DANA, "U0BOT"} <= set(c["members"])]
    choose_menu(world, DANA, talk, card, "Why am I seeing this?")
    assert "shared with another company" in text_of(world.view(DANA)["blocks"])


def test_a_channel_that_becomes_shared_loses_its_card_at_once(both: World) -> None:
    assert both.card("C0ACME", DANA)
    both.post("share", channel="C0ACME", is_ext_shared=True)
    until(lambda: _is_known_shared(both, "C0ACME"))
    both.settle()
    assert [m for m in both.messages("C0ACME", DANA) if m["bot"]] == []
    assert any("Acme Robotics" in m["text"] for m in both.direct(DANA))


def test_slack_is_asked_who_someone_is_once_a_day(world: World) -> None:
    for _ in range(3):
        world.command(DANA, "C0ACME", "/retention")
    asked = [t for t in world.traffic("users.info") if DANA in json.dumps(t["request"])]
    assert len(asked) <= 1


def test_when_slack_cannot_say_who_someone_is_nobody_is_let_in(world: World) -> None:
    world.slack.clock.set(world.slack.clock.now() + timedelta(hours=25))
    world.post("fault", method="users.info", kind="internal_error_before", times=1)
    world.command("U0IMP1", "C0ACME", "/renewal acme")
    (said,) = world.whispers("C0ACME", "U0IMP1")
    assert "could not check with Slack who you are" in said["text"]
    assert world.no_view("U0IMP1")


def test_an_unknown_button_is_acknowledged_and_logged(world: World, caplog) -> None:
    card = world.card("C0ACME", DANA)
    world.bot.router._handlers.pop(next(k for k in world.bot.router._handlers if k[1] == "renewal.claim"))
    assert world.press(DANA, "C0ACME", card, "renewal.claim")["ok"]
    assert "nobody handles" in caplog.text


def _is_known_shared(world: World, channel: str) -> bool:
    with world.bot.db.reading() as session:
        return channels.is_shared(Work(session, world.bot.workspace_id, world.slack.clock.now()), channel) is True


def test_a_form_that_came_too_late_says_so(both: World) -> None:
    both.post("fault", method="views.open", kind="error:expired_trigger_id", times=1)
    both.press(DANA, "C0ACME", both.card("C0ACME", DANA), "renewal.update")
    (said,) = both.whispers("C0ACME", DANA)
    assert "Slack waits three seconds" in said["text"] and "press it again" in said["text"]


def test_a_failure_of_a_press_is_told_with_a_reference(world: World, monkeypatch, caplog) -> None:
    monkeypatch.setattr("handlers.renewals.actions.claim", lambda *_: 1 / 0)
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.claim")
    (said,) = world.whispers("C0ACME", DANA)
    reference = said["text"].rpartition(": ")[2].rstrip(".")
    assert "Something went wrong on our side" in said["text"] and reference in caplog.text


def test_a_refusal_in_direct_messages_stays_there(world: World) -> None:
    (card,) = [m for m in world.direct(DANA) if "Meridian Freight" in m["text"]]
    (talk,) = [c["id"] for c in world.get("state")["channels"] if c["is_im"] and DANA in c["members"]]
    with world.bot.db.transaction() as session:
        account = session.get_one(models.Account, world.account("Meridian Freight"))
        account.owner_id = None
    world.press(DANA, talk, card, "renewal.claim")
    assert "has no team yet" in world.whispers(talk, DANA)[0]["text"]


def test_when_the_app_is_removed_nothing_more_is_sent(world: World) -> None:
    installation.hear_uninstalled(
        SlackEvent(
            world.bot.workspace_id,
            "",
            "U0BOT",
            world.slack.clock.now(),
            world.bot.db,
            world.bot.client,
            {"type": "app_uninstalled"},
            "event:1",
        )
    )
    world.press(DANA, "C0ACME", world.card("C0ACME", DANA), "renewal.claim")
    world.settle()
    card = world.card("C0ACME", DANA)
    assert world.thread("C0ACME", DANA, card["ts"]) == []
