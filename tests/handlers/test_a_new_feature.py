"""What docs/contributing.md says of a new feature holds: a folder, a handler file, and a line in each list is all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

import handlers
from bot import features, registry
from bot.db.work import Work
from bot.digests import jobs as digest_jobs
from bot.manifest import manifest
from bot.workspace import preferences
from bot.workspace.members import find
from bot.workspace.preferences import Preferences
from tests.factories import NOW
from tests.handlers.conftest import DANA, PRIYA, World, make_world, text_of
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


def test_its_command_its_job_its_post_its_timeline_line_and_its_digest_line_work(world: World) -> None:
    world.command(DANA, "C0ACME", "/birthday")
    assert "in a minute" in world.whispers("C0ACME", DANA)[-1]["text"]

    world.command(DANA, "C0ACME", "/account")
    assert "A year together" in text_of(world.whispers("C0ACME", DANA)[-1]["blocks"])

    world.slack.clock.set(world.slack.clock.now() + timedelta(minutes=2))
    world.settle()
    told = [m["text"] for m in world.messages("C0ACME", PRIYA) if "with us for a year" in m["text"]]
    assert told == ["Acme Robotics has been with us for a year today."]

    world.command(DANA, "C0ACME", "/account")
    card = world.whispers("C0ACME", DANA)[-1]
    world.press(DANA, "C0ACME", card, "account.timeline")
    assert "They were with us for a year." in text_of(world.view(DANA)["blocks"])
    assert "Birthdays" in text_of(world.view(DANA)["blocks"])

    with world.bot.db.transaction() as session:
        dana = find(Work(session, world.bot.workspace_id, NOW), DANA)
        assert dana is not None
        wishes = Preferences(DANA, "Europe/London", digest="daily")
        preferences.change(Work(session, world.bot.workspace_id, world.slack.clock.now()), dana.id, wishes)
        digest_jobs.replan(Work(session, world.bot.workspace_id, world.slack.clock.now()), dana.id)
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=1))
    world.settle()
    assert any("Acme Robotics · A year together" in m["text"] for m in world.direct(DANA))


def test_its_command_stands_in_the_manifest_and_in_help(world: World) -> None:
    commands = manifest()["features"]["slash_commands"]
    assert "/birthday" in [one["command"] for one in commands]
    world.command(DANA, "C0ACME", "/retention")
    assert "/birthday acme" in world.whispers("C0ACME", DANA)[-1]["text"]


def test_two_features_that_bring_the_same_name_are_refused() -> None:
    with pytest.raises(ValueError, match="birthday"):
        registry.install([birthdays.FEATURE, birthdays.FEATURE])
    features.install()
