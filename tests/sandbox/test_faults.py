"""What breaks on demand: before or after Slack accepted, on the way to the bot, and twice."""

import http.client
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.conftest import Bot, Control, wait_for

REP = {"user": "U0REP1", "channel": "C0ACME"}


def outcome(call: Callable[[], Any]) -> str:
    try:
        call()
    except SlackApiError as refused:
        status = refused.response.status_code
        return str(refused.response["error"]) if status in (200, 429) else str(status)
    except (http.client.HTTPException, urllib.error.URLError, OSError):
        return "dropped"
    return "ok"


@pytest.mark.parametrize(
    ("kind", "seen", "accepted"),
    [
        ("drop_reply", "dropped", True),
        ("http_500_before", "500", False),
        ("http_500_after", "500", True),
        ("internal_error_before", "internal_error", False),
        ("internal_error_after", "internal_error", True),
        ("rate_limited", "ratelimited", False),
        ("error:account_inactive", "account_inactive", False),
        ("delay", "ok", True),
    ],
)
def test_a_fault_is_played_so_many_times_and_accepts_or_not(
    control: Control, client: WebClient, kind: str, seen: str, accepted: bool
) -> None:
    control.post("fault", method="chat.postMessage", kind=kind, times=1, seconds=0.05)
    assert outcome(lambda: client.chat_postMessage(channel="C0ACME", text="x")) == seen
    assert (control.texts("C0ACME") == ["x"]) is accepted
    assert outcome(lambda: client.chat_postMessage(channel="C0BRIGHT", text="y")) == "ok"
    assert control.get("traffic")[0]["fault"] == kind


def test_a_fault_is_for_its_method_and_can_be_cleared(control: Control, client: WebClient) -> None:
    control.post("fault", method="chat.update", kind="http_500_before", times=1)
    assert outcome(client.auth_test) == "ok"
    control.post("fault", method="*", kind="http_500_before", times=9)
    assert outcome(client.auth_test) == "500"
    control.post("fault", clear=True)
    assert outcome(client.auth_test) == "ok"


def test_a_fault_nobody_knows_is_refused_with_the_list(control: Control) -> None:
    status, answer = control.try_post("fault", method="*", kind="meteor", times=1)
    assert status == 400
    assert "drop_reply" in answer["error"]


def test_a_command_can_be_delivered_twice(bot: Bot, control: Control) -> None:
    calls: list[str] = []

    @bot.app.command("/twice")
    def note(ack: Ack, command: dict[str, Any]) -> None:
        calls.append(command["trigger_id"])
        ack()

    bot.connect()
    control.post("fault", method="*", kind="deliver_twice", times=1)
    control.post("command", **REP, command="/twice", text="")
    assert len(calls) == 2
    assert len(set(calls)) == 1
    control.post("command", **REP, command="/twice", text="")
    assert len(calls) == 3


@pytest.mark.usefixtures("one_second")
def test_a_bot_that_does_not_answer_in_time_is_told_to_the_person(bot: Bot, control: Control) -> None:
    release: list[bool] = []

    @bot.app.command("/slow")
    def never(ack: Ack) -> None:
        wait_for(lambda: release)
        ack()

    bot.connect()
    answer = control.post("command", **REP, command="/slow", text="")
    release.append(True)
    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
    assert control.texts("C0ACME") == ['/slow failed with the error "operation_timeout"']
    assert control.texts("C0ACME", "U0SUP1") == []


def test_a_cut_connection_comes_back_and_the_event_is_delivered(control: Control, bot: Bot) -> None:
    heard: list[str] = []

    @bot.app.event("message")
    def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    bot.connect()
    control.post("fault", kind="disconnect", times=1)
    control.post("message", **REP, text="still there?")
    wait_for(lambda: heard == ["still there?"])


@pytest.mark.usefixtures("one_second")
def test_a_refreshed_connection_loses_nothing(control: Control, bot: Bot) -> None:
    heard: list[str] = []

    @bot.app.event("message")
    def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    bot.connect()
    control.post("fault", kind="refresh")
    control.post("message", **REP, text="one")
    control.post("message", **REP, text="two")
    wait_for(lambda: set(heard) == {"one", "two"})
