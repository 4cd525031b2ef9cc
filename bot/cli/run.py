"""Run the bot against the workspace that the settings name."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from contextlib import suppress

from bot import logs
from bot.app import build, require_complete, threads
from bot.cli.session import stop_signal
from bot.running import http
from bot.running.server import HttpRunner, listen
from bot.running.socket import SocketRunner
from bot.settings import Settings, settings_here
from bot.slack_sync import read_roster_if_empty

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""After how long Python lets another thread go on. Each statement of a request lets go of the interpreter, then waits
so long for every busy thread to give it back: with Python's 5 ms a tick beside it costs a request tens of them."""

ANSWERED_WITHIN = 10
"""Seconds that the requests in flight get when the process is asked to end."""


def run() -> None:
    """Run the bot: over Socket Mode with SLACK_APP_TOKEN, else over HTTP with SLACK_SIGNING_SECRET."""
    settings = settings_here()
    logs.set_up(settings)
    require_complete(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    if settings.cpus == "one":
        keep_to_one_cpu()
    if settings.uses_socket_mode:
        _run_socket(settings)
    else:
        _run_http(settings)


def keep_to_one_cpu() -> None:
    """Let all threads run on one CPU, chosen by chance; where that cannot be asked for, nothing changes.

    Python runs one thread at a time. Each statement and each answer lets go of it; a thread that waits on a second CPU
    takes it at once, and the request waits for the switch interval again and again: 32 requests beside a tick took ten
    times as long (docs/decisions.md).
    """
    if hasattr(os, "sched_setaffinity"):
        # Not by the process's number: in each container of a machine that is the same.
        chosen = secrets.choice(sorted(os.sched_getaffinity(0)))
        with suppress(OSError):
            os.sched_setaffinity(0, {chosen})


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
    stop = stop_signal()
    # First, so that a second bot on the same port goes away before it does anything.
    sockets = listen(settings.host, settings.port)
    bot = build(settings)
    runner = HttpRunner(sockets, http.wsgi(bot), threads(settings, bot.db), http.APART, on_death=stop.set)
    try:
        read_roster_if_empty(bot)
        bot.start()
        runner.open()
        log.info("Serving HTTP on %s:%s.", settings.host, settings.port)
        stop.wait()
        log.info("Stopping: finishing what is under way.")
        runner.finish(ANSWERED_WITHIN)
    finally:
        bot.stop()
    if runner.has_failed:
        raise SystemExit(1)
