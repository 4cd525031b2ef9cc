"""What docs/contributing.md says of a new feature holds: a folder, a handler file, and one line is all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import handlers
from bot import features, registry
from bot.manifest import manifest
from bot.slack.commands import prefixed
from bot.slack.samples import samples
from tests.handlers.conftest import DANA, PRIYA, World, choose_menu, make_world, text_of
from tests.toy import birthday_handlers, birthdays


@pytest.fixture
def world(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A bot with one more feature; the sandbox knows its command from the manifest."""
    monkeypatch.setattr(features, "FEATURES", (*features.FEATURES, birthdays.FEATURE))
    monkeypatch.setattr(handlers, "FEATURES", (*handlers.FEATURES, birthday_handlers))
    features.install()
    yield from make_world(migrated_url, "http")
    monkeypatch.undo()
    features.install()


def test_its_command_its_job_its_post_its_alert_its_timeline_line_and_its_digest_line_work(world: World) -> None:
    world.command(DANA, "C0ACME", "/birthday")
    assert "in a minute" in world.whispers("C0ACME", DANA)[-1]["text"]

    world.command(DANA, "C0ACME", "/account")
    assert "A year together" in text_of(world.whispers("C0ACME", DANA)[-1]["blocks"])

    world.slack.clock.set(world.slack.clock.now() + timedelta(minutes=2))
    world.settle()
    told = [m["text"] for m in world.messages("C0ACME", PRIYA) if "with us for a year" in m["text"]]
    assert told == ["Acme Robotics has been with us for a year today."]

    [line] = [m for m in world.messages("C0ACME", PRIYA) if "with us for a year" in m["text"]]
    assert choose_menu(world, DANA, "C0ACME", line, "Why am I seeing this?")["ok"]
    why = text_of(world.view(DANA)["blocks"])
    assert "The account has been with us for a year." in why and "a year together." in why
    assert choose_menu(world, DANA, "C0ACME", line, "Dismiss: wrong…")["ok"]
    assert world.submit(DANA, words="They came in May")["ok"]
    assert "It comes once a year." in text_of(world.view(DANA)["blocks"])

    world.command(DANA, "C0ACME", "/account")
    card = world.whispers("C0ACME", DANA)[-1]
    world.press(DANA, "C0ACME", card, "account.timeline")
    assert "They were with us for a year." in text_of(world.view(DANA)["blocks"])
    assert "Birthdays" in text_of(world.view(DANA)["blocks"])

    assert world.set_up_digest(DANA)["ok"]
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=1))
    world.settle()
    assert any("Acme Robotics · A year together" in m["text"] for m in world.direct(DANA))


def test_its_command_offers_accounts_where_none_is_meant_and_takes_the_one_that_is_chosen(world: World) -> None:
    world.command(DANA, "C0ALERTS", "/birthday")
    offer = world.whispers("C0ALERTS", DANA)[-1]
    assert "Write it like `/birthday Acme`." in offer["text"]
    (row,) = [block["elements"] for block in offer["blocks"] if block["type"] == "actions"]
    place = {"user": DANA, "channel": "C0ALERTS", "ts": offer["ts"], "action_id": row[-1]["action_id"]}
    assert [one["text"]["text"] for one in world.post("suggest", **place, value="acme")["options"]] == ["Acme Robotics"]
    world.press(DANA, "C0ALERTS", offer, "birthday.open:0")
    assert "in a minute" in world.whispers("C0ALERTS", DANA)[-1]["text"]


def test_its_command_is_quoted_under_the_name_it_has_and_its_post_has_an_example(world: World) -> None:
    assert prefixed("Write `/birthday Acme`.", "acme-") == "Write `/acme-birthday Acme`."
    assert "birthday" in {sample.kind for sample in samples(DANA)}


def test_its_job_comes_again_on_the_same_day_of_the_next_year() -> None:
    assert birthdays.a_year_after(datetime(2027, 3, 1, 9, tzinfo=UTC)) == datetime(2028, 3, 1, 9, tzinfo=UTC)
    assert birthdays.a_year_after(datetime(2028, 2, 29, 9, tzinfo=UTC)) == datetime(2029, 2, 28, 9, tzinfo=UTC)


def test_its_command_stands_in_the_manifest_and_in_help(world: World) -> None:
    commands = manifest()["features"]["slash_commands"]
    assert "/birthday" in [one["command"] for one in commands]
    world.command(DANA, "C0ACME", "/retention")
    world.press(DANA, "C0ACME", world.whispers("C0ACME", DANA)[-1], "help.commands")
    assert "/birthday acme" in world.whispers("C0ACME", DANA)[-1]["text"]


def test_two_features_that_bring_the_same_name_are_refused() -> None:
    with pytest.raises(ValueError, match="birthday"):
        registry.install([birthdays.FEATURE, birthdays.FEATURE])
    features.install()
