"""What is written down: one line each, and never a secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from slack_bolt import App

from bot import logs
from bot.app import bolt_app
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.slack.sender import sending_client


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged during a test, as JSON lines."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up(Settings(log_format="json"), stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_is_one_json_object_with_what_came_along(lines):
    logging.getLogger("somewhere").info("sent", extra={"post": 7, "channel": "C1"})
    assert lines.getvalue().count("\n") == 1
    line = json.loads(lines.getvalue())
    assert (line["message"], line["post"], line["channel"], line["level"]) == ("sent", 7, "C1", "info")


def test_a_traceback_stays_within_its_line(lines):
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("somewhere").exception("failed")
    assert lines.getvalue().count("\n") == 1
    assert "ValueError" in json.loads(lines.getvalue())["trace"]


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("token xoxb-123-abc.def refused", "123-abc"),
        ("xapp-1-A1-22-ffee", "ffee"),
        ("xoxe.xoxp-1-Mi0yLTEy", "Mi0yLTEy"),
        ("postgresql://bot:hush@db/perennial", "hush"),
    ],
)
def test_tokens_and_passwords_never_reach_the_log(lines, said, hidden):
    logging.getLogger("somewhere").error("%s", said, extra={"again": said})
    assert hidden not in lines.getvalue()
    assert "***" in lines.getvalue()


def test_text_lines_stay_on_one_line():
    record = logging.makeLogRecord({"msg": "one\ntwo", "name": "x", "levelname": "INFO", "created": 0.0})
    assert "\n" not in logs.TextLines().format(record)


def test_on_the_debug_level_whole_envelopes_stay_out_of_the_log(lines):
    logs.set_up(Settings(log_format="json", log_level="debug"), lines)
    App(token="xoxb-1", signing_secret="s", token_verification_enabled=False).logger.debug("their words")
    logging.getLogger("slack_bolt.App").info("their number")
    logging.getLogger("somewhere").debug("ours")
    assert [json.loads(line)["message"] for line in lines.getvalue().splitlines()] == ["their number", "ours"]


def test_a_token_in_the_environment_brings_no_advice_about_it(lines, monkeypatch):
    with Sandbox() as slack:
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        settings = Settings(bot_token=slack.bot_token, signing_secret=slack.signing_secret)
        bolt_app(settings, sending_client(slack.bot_token, slack.api_url))
    assert "unused" not in lines.getvalue()
