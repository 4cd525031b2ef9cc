"""Whatever was not stored comes back to the person who typed it, whole, and nothing is told as done before it is."""

from __future__ import annotations

import re
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot import models
from bot.core import time_left
from bot.db.engine import Database
from bot.features import FEATURES
from bot.slack.commands import ACCOUNT
from bot.slack.returned_words import PARTS_LENGTH, with_words
from tests.handlers.conftest import DANA, World

WORDS = "met *Ruth* & <Bob> at `HQ`, they’d like 3_4 more seats 🚀"
SHOWN = WORDS.replace("&", "&amp;").replace("<Bob>", "&lt;Bob&gt;")
SHARED = "C0MERIDIAN"
COMMANDS = [
    f"{one.name} acme" if one.hint.startswith(ACCOUNT) else one.name
    for feature in FEATURES
    for one in feature.commands
    if one.name != "/retention"
]
SENTENCES = [one.name for feature in FEATURES for one in feature.commands if one.takes_sentences]
UNSEEN = re.compile("[\u200b\u2060\u2068\u2069\ufeff]")


def break_slack(world: World, method: str, kind: str, times: int = 3, seconds: float = 1.0) -> None:
    world.post("fault", method=method, kind=kind, times=times, seconds=seconds)


def lose(world: World, table: str) -> None:
    """The database loses a table, and fails whatever needs it."""
    with world.bot.db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO gone"))


def told(world: World, channel: str = "C0ACME") -> dict[str, Any]:
    return world.whispers(channel, DANA)[-1]


def touches(db: Database) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(models.Touchpoint)) or 0


@pytest.mark.parametrize("command", COMMANDS)
def test_words_come_back_when_the_database_is_down(world: World, command: str) -> None:
    lose(world, "members")
    world.command(DANA, "C0ACME", f"{command} {WORDS}")
    assert f"{command} {SHOWN}" in told(world)["text"]
    assert "nothing was stored" in told(world)["text"]


@pytest.mark.parametrize("command", COMMANDS)
def test_words_come_back_when_slack_does_not_say_who_asks(world: World, command: str) -> None:
    world.slack.clock.set(world.slack.clock.now() + timedelta(days=2))
    break_slack(world, "users.info", "error:internal_error")
    world.command(DANA, "C0ACME", f"{command} {WORDS}")
    assert f"{command} {SHOWN}" in told(world)["text"]


@pytest.mark.parametrize("fault", ["error:expired_trigger_id", "error:invalid_arguments", "http_500_before"])
@pytest.mark.parametrize("command", SENTENCES)
def test_words_come_back_when_the_form_does_not_come_up(both: World, command: str, fault: str) -> None:
    break_slack(both, "views.open", fault)
    both.command(DANA, "C0ALERTS", f"{command} {WORDS}")
    until_told = told(both, "C0ALERTS")["text"]
    assert f"{command} {SHOWN}" in until_told
    assert not UNSEEN.search(until_told)
    assert both.no_view(DANA)


def test_words_come_back_though_slack_no_longer_hears_the_acknowledgement(
    both: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.inbound.router.PATIENCE", 0.0)
    break_slack(both, "views.open", "error:invalid_arguments")
    answer = both.command(DANA, "C0ALERTS", f"/insight {WORDS}")
    assert not answer["response"], "nothing depends on what Slack may not hear"
    assert f"/insight {SHOWN}" in told(both, "C0ALERTS")["text"]


def test_words_come_back_from_a_request_that_waited_too_long_for_a_thread(
    both: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time_left.answering
    monkeypatch.setattr(time_left, "answering", lambda _since=None: real(monotonic() - 4))
    answer = both.command(DANA, "C0ACME", f"/touch acme {WORDS}")
    assert not answer["response"], "Slack has stopped listening before anybody took it up"
    assert f"/touch acme {SHOWN}" in told(both)["text"]
    assert touches(both.bot.db) == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/pulse nobody knows of this", "I found no account like"),
        ("/touch Called Ruth", "Logged for Acme Robotics"),
    ],
)
def test_a_refusal_and_a_receipt_that_come_late_are_seen_too(
    both: World, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    monkeypatch.setattr("handlers.inbound.router.PATIENCE", 0.0)
    assert not both.command(DANA, "C0ACME", command)["response"]
    assert said in told(both)["text"]


def test_words_come_back_when_they_cannot_be_written_down(world: World) -> None:
    lose(world, "touchpoints")
    world.command(DANA, "C0ACME", f"/touch {WORDS}")
    assert f"/touch {SHOWN}" in told(world)["text"]


def test_in_a_channel_that_others_read_the_words_come_back_to_their_writer_alone(world: World) -> None:
    break_slack(world, "views.open", "error:invalid_arguments")
    world.command(DANA, SHARED, f"/insight {WORDS}")
    assert SHOWN in told(world, SHARED)["text"]
    assert not [m for m in world.messages(SHARED, "U0OUT1") if SHOWN in m["text"]]


def test_very_long_words_come_back_whole(world: World) -> None:
    words = " ".join(f"word{n}&" for n in range(600))
    break_slack(world, "views.open", "error:invalid_arguments")
    world.command(DANA, "C0ALERTS", f"/insight {words}")
    said = told(world, "C0ALERTS")
    whole = "".join(part["text"]["text"] for part in said["blocks"]).replace("```", "")
    for shown in (said["text"].replace("```\n```", ""), whole):
        assert words.replace("&", "&amp;") in shown


def test_words_that_the_form_cannot_hold_come_along_with_it(world: World) -> None:
    words = " ".join(f"word{n}" for n in range(700))
    world.command(DANA, "C0ALERTS", f"/insight {words}")
    assert not world.no_view(DANA)
    assert words in told(world, "C0ALERTS")["text"].replace("```\n```", "")


def test_a_form_that_cannot_be_stored_stays_open_with_the_words_in_it(world: World) -> None:
    world.command(DANA, "C0ACME", "/insight A study on downtime")
    lose(world, "insights")
    answer = world.submit(DANA, words="A study on downtime, and more")
    assert "nothing was stored" in str(answer)
    assert not world.no_view(DANA)


def test_what_is_stored_is_not_told_as_a_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the line is down")

    monkeypatch.setattr("handlers.inbound.responses.reply", fail)
    world.command(DANA, "C0ACME", "/touch Called Ruth about the roll-out")
    assert "It is stored" in told(world)["text"]
    assert touches(world.bot.db) == 1


@pytest.mark.parametrize("words", ["a", "``` not code", "x" * 2895, "&" * 3000, "ع" * 5000, "z" * 38_000])
def test_words_are_returned_within_slacks_limits_and_without_anything_unseen(words: str) -> None:
    message = with_words("Not stored.", f"/touch {words}")
    escaped = words.replace("&", "&amp;")
    assert escaped in message.text.replace("```\n```", "")
    assert not UNSEEN.search(message.text)
    assert all(len(block["text"]["text"]) <= 3000 for block in message.blocks)
    assert sum(len(block["text"]["text"]) for block in message.blocks) <= PARTS_LENGTH
