"""What Slack may send and refuse: old payloads, throttled events, forms that do not come up."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.slack.commands import COMMANDS
from handlers.inbound import responses
from tests.handlers.conftest import DANA, World, make_world, text_of

TEAM = {"id": "T0PERENNIAL", "domain": "larkfield"}
WHO = {"team": TEAM, "user": {"id": DANA}, "channel": {"id": "C0ACME", "name": "acc-acme"}}
OLD: list[tuple[str, dict[str, Any]]] = [
    ("interactive", {"type": "interactive_message", "callback_id": "old", "actions": [{"name": "go", "value": "1"}]}),
    ("interactive", {"type": "dialog_submission", "callback_id": "old", "submission": {"a": "b"}}),
    ("interactive", {"type": "dialog_cancellation", "callback_id": "old"}),
    ("interactive", {"type": "dialog_suggestion", "callback_id": "old", "name": "a", "value": "b"}),
    ("interactive", {"type": "workflow_step_edit", "callback_id": "old", "workflow_step": {}}),
    ("interactive", {"type": "something_newer"}),
    ("events_api", {"type": "app_rate_limited", "minute_rate_limited": 1518467820, "api_app_id": "A0APP"}),
    ("events_api", {"type": "something_newer"}),
    ("events_api", {"type": "url_verification", "challenge": "prove it"}),
    ("events_api", {"type": "event_callback", "event_id": "Ev1", "event": {"type": "team_join", "user": {"id": "U9"}}}),
]


def test_what_this_bot_never_shows_is_acknowledged_all_the_same(both: World, caplog: Any) -> None:
    for kind, payload in OLD:
        answer = both.post("payload", kind=kind, payload={**WHO, **payload})
        assert (answer["ok"], answer["status"]) == (True, 200), payload
    assert "Slack holds back events" in caplog.text
    assert not [one for one in caplog.records if one.exc_info]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("error:expired_trigger_id", responses.TOO_LATE),
        ("error:invalid_trigger_id", responses.NOT_THIS_TIME),
        ("error:exchanged_trigger_id", responses.NOT_THIS_TIME),
        ("error:ratelimited", responses.TOO_MANY.format(wait="1 second")),
        ("rate_limited", responses.TOO_MANY.format(wait="7 seconds")),
        ("http_500_before", responses.NO_ANSWER),
        ("drop_reply", responses.NO_ANSWER),
    ],
)
def test_a_form_that_slack_does_not_open_is_told_in_plain_words(
    world: World, caplog: Any, kind: str, words: str
) -> None:
    caplog.set_level(logging.INFO)
    world.post("fault", method="views.open", kind=kind, times=1, seconds=7)
    world.command(DANA, "C0ACME", "/renewal")
    card = world.card("C0ACME", DANA)
    world.post("fault", method="views.open", kind=kind, times=1, seconds=7)
    world.press(DANA, "C0ACME", card, "renewal.update")
    assert [one["text"] for one in world.whispers("C0ACME", DANA)] == [words, words]
    assert not [one for one in caplog.records if one.exc_info], caplog.text


@pytest.mark.parametrize("kind", ["error:invalid_trigger_id", "error:push_limit_reached", "rate_limited"])
def test_a_second_form_that_slack_does_not_lay_on_top_is_told_by_direct_message(
    world: World, caplog: Any, kind: str
) -> None:
    world.command("U0MGR1", "C0ACME", "/retention settings")
    world.post("fault", method="views.push", kind=kind, times=1, seconds=7)
    world.post("action", user="U0MGR1", view_id=world.view("U0MGR1")["id"], action_id="settings.numbers:0")
    world.settle()
    assert "Nothing was changed" in world.direct("U0MGR1")[-1]["text"]
    assert not [one for one in caplog.records if one.exc_info], caplog.text


@pytest.fixture(params=["socket", "http"])
def renamed(request: pytest.FixtureRequest, migrated_url: str) -> Iterator[World]:
    """The bot in a workspace where another app has /account already."""
    yield from make_world(migrated_url, request.param, prefix="acme-")


def test_commands_with_a_prefix_are_heard_and_quoted_by_the_names_they_have(renamed: World) -> None:
    assert {one["command"] for one in renamed.get("state")["commands"]} == {f"/acme-{one.name[1:]}" for one in COMMANDS}
    renamed.command(DANA, "C0ALERTS", "/acme-renewal no such customer")
    renamed.command(DANA, "C0ALERTS", "/acme-retention")
    refused, helped = renamed.whispers("C0ALERTS", DANA)
    assert "`/acme-renewal Acme`" in refused["text"] and "`/acme-account acme`" in helped["text"]
    assert "`/acme-touch acme Called" in text_of(helped["blocks"])
    assert "/acme-retention" in text_of(renamed.post("home", user=DANA)["blocks"])
    both_said = f"{renamed.whispers('C0ALERTS', DANA)} {renamed.get(f'home?user={DANA}')}"
    assert not [one.name for one in COMMANDS if f"`{one.name}" in both_said]


def test_a_form_that_would_start_with_a_channel_that_is_gone_starts_empty(both: World) -> None:
    both.command("U0MGR1", "C0ACME", "/retention settings")
    del both.slack.platform.world.channels["C0ALERTS"]
    both.post("action", user="U0MGR1", view_id=both.view("U0MGR1")["id"], action_id="settings.channels")
    assert "C0ALERTS" not in str(both.view("U0MGR1")["state"])
    assert both.view("U0MGR1")["callback_id"] == "settings.channels"
