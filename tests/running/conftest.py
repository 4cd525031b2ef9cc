"""`python -m bot run` as a process of its own, in both ways to listen, against a sandbox."""

import json
import os
import signal
import socket

import pytest

from bot.db import schema
from bot.db.engine import Database
from bot.manifest import manifest
from bot.sandbox.server import Sandbox
from tests.forked import Program
from tests.running.asking import PATIENCE, fetch, until


class Running:
    """A bot that runs in a process of its own, and the sandbox it talks to."""

    def __init__(self, slack, url, log, database_url, settings):
        self.slack, self.url, self.log = slack, url, log
        self.database_url = database_url
        self._settings = settings
        self.process = None

    def may_have(self, **settings):
        """Start it with these settings besides from now on."""
        self._settings |= settings

    def start(self):
        """Start it as an operator does, and wait until it can work."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        self.process = Program("bot", "run", cwd=self.log.parent, env={**clean, **self._settings}, out=self.log)
        over_http = "SLACK_SIGNING_SECRET" in self._settings
        until(lambda: self._is_up(over_http) or self.process.poll() is not None, "the bot can work")
        assert self.process.poll() is None, self.log.read_text()

    def _is_up(self, over_http):
        return fetch(f"{self.url}/readyz")[0] == 200 if over_http else "Listening" in self.log.read_text()

    def messages(self, channel, user):
        """What a person sees in a channel."""
        return json.loads(fetch(f"{self.slack.base_url}/control/messages/{channel}?user={user}")[1])

    def end(self):
        """Ask it to stop as an operator does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def lines(self):
        """What it logged, each line as JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(params=["socket", "http"])
def running(request, tmp_path):
    """A bot that is up, over Socket Mode and over signed HTTP."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    over_http = request.param.startswith("http")
    on_postgres = request.param.endswith("postgres")
    database_url = (
        request.getfixturevalue("empty_postgres_url") if on_postgres else f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    )
    db = Database(database_url)
    schema.upgrade(db)
    db.close()
    log = tmp_path / "log"
    request_url = f"{url}/slack/events" if over_http else None
    with Sandbox(manifest=manifest(url if over_http else None), request_url=request_url) as slack:
        secret = {"SLACK_SIGNING_SECRET": slack.signing_secret} if over_http else {"SLACK_APP_TOKEN": slack.app_token}
        settings = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "DATABASE_URL": database_url,
            "PORT": str(port),
            **secret,
        }
        bot = Running(slack, url, log, database_url, settings)
        try:
            bot.start()
            yield bot
        finally:
            if bot.process is not None and bot.process.poll() is None:
                bot.process.kill()
                bot.process.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
