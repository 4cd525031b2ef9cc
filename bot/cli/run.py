"""Run the bot against the workspace that the settings name."""

from __future__ import annotations

import logging

from bot.app import build, require_complete, threads, who_am_i
from bot.cli.opening import open_database, stop_signal
from bot.environment import settings_here
from bot.roster import read_roster_if_empty
from bot.running import http, logs
from bot.running.socket import SocketRunner
from bot.settings import Settings
from bot.slack.sender import sending_client

log = logging.getLogger(__name__)


def run() -> None:
    """Run the bot: over Socket Mode with SLACK_APP_TOKEN, else over HTTP with SLACK_SIGNING_SECRET."""
    settings = settings_here()
    logs.set_up(settings)
    require_complete(settings)
    if settings.uses_socket_mode:
        _run_socket(settings)
    else:
        _run_http(settings)


def _run_socket(settings: Settings) -> None:
    stop = stop_signal()
    bot = build(settings)
    runner = SocketRunner(bot.bolt, settings)
    try:
        runner.open()
        read_roster_if_empty(bot)
        bot.start()
        stop.wait()
        log.info("Stopping: finishing what is under way.")
        runner.finish()
    finally:
        bot.stop()


def _run_http(settings: Settings) -> None:
    # The server builds the bot in a process of its own; what cannot work is better said here, in one line.
    with open_database(settings) as db:
        count = threads(settings, db)
    who_am_i(sending_client(settings.bot_token, settings.api_url))
    http.serve(settings, count)
