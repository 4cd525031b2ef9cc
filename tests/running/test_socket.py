"""A Socket Mode connection that breaks: soon there is another, and what people do is heard again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from slack_bolt import Ack

from bot.app import bolt_app
from bot.running.socket import SocketRunner
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.slack.sender import sending_client
from tests.running.asking import control, until

REP = {"user": "U0REP1", "channel": "C0ACME"}
SOON = 20
"""Seconds within which the bot must hear again."""


@dataclass
class Listening:
    """A sandbox, and the connection that listens to it."""

    slack: Sandbox
    runner: SocketRunner

    def seconds_until_heard(self) -> float:
        """How long it takes from now until the bot answers again."""
        broken = time.monotonic()
        until(lambda: _hears(self.slack), "the bot hears again")
        return time.monotonic() - broken


@pytest.fixture
def listening() -> Iterator[Listening]:
    """A sandbox to which a bare app listens with the connection that the bot uses."""
    with Sandbox() as running:
        settings = Settings(bot_token=running.bot_token, app_token=running.app_token, api_url=running.api_url)
        app = bolt_app(settings, sending_client(settings.bot_token, settings.api_url))

        @app.command("/hello")
        def answer(ack: Ack) -> None:
            ack("here")

        @app.command("/long")
        def answer_at_length(ack: Ack) -> None:
            ack("x" * 70_000)

        runner = SocketRunner(app, settings)
        runner.open()
        until(lambda: _hears(running), "the bot hears")
        yield Listening(running, runner)
        # The reader looks up from its socket every three seconds, unless the other side hangs up first.
        runner.client.auto_reconnect_enabled = False
        control(running, "fault", kind="disconnect")
        runner.finish()


def _hears(slack: Sandbox) -> bool:
    return bool(control(slack, "command", **REP, command="/hello", text="")["ok"])


def test_after_a_connection_was_reset_the_bot_soon_hears_again(listening):
    control(listening.slack, "fault", kind="reset")
    assert listening.seconds_until_heard() < SOON


def test_an_answer_longer_than_a_short_frame_arrives(listening):
    answer = control(listening.slack, "command", **REP, command="/long", text="")
    assert answer["ok"] and set(answer["response"]) == {"x"}


def test_one_unanswered_ping_is_no_reason_to_hang_up(listening):
    session = listening.runner.client.current_session
    control(listening.slack, "fault", kind="swallow_pong", times=1)
    session.last_ping_pong_time = None
    session.check_state()
    assert _hears(listening.slack)
    assert session.last_ping_pong_time is None
    session.check_state()
    until(lambda: session.last_ping_pong_time, "the next ping is answered")
    assert listening.runner.client.current_session is session


@pytest.mark.slow
def test_after_a_connection_went_silent_without_a_goodbye_the_bot_hears_again_within_twenty_seconds(listening):
    control(listening.slack, "fault", kind="black_hole")
    assert listening.seconds_until_heard() < SOON
    assert listening.slack.platform.delivery.sockets.count == 1
