"""The whole thing on one machine, with no token: the sandbox, the bot, and sample accounts."""

from __future__ import annotations

import tempfile
import webbrowser
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bot import schema
from bot.app import Bot, build, utc_now
from bot.cli.opening import stop_signal
from bot.cli.sandbox import open_on
from bot.db import Database
from bot.demo.loading import load_samples
from bot.demo.morning import ZONE, working_morning
from bot.errors import Refused
from bot.manifest import manifest
from bot.roster import read_roster
from bot.running import logs
from bot.running.socket import SocketRunner
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.settings import Settings

DATABASE = "demo.sqlite3"

TO_TRY = """
  Perennial's demo is at {url}

  1. Open #acc-cedar-health: a renewal at risk, with its card. Press "Update…" and say how it stands.
  2. Act as Marco and press "I'm on it" on the card in #acc-deltaforge; the thread tells it.
  3. Move the clock by a week: the next rung speaks, and whoever did nothing is asked.
  4. #acc-meridian is shared with the customer and stays silent. Act as Dana: the card came to her alone.
  5. Act as Kim (a guest) or Ruth (of Meridian) and type /renewal acme: they learn nothing.

  The CRM export it was loaded from is in {folder}. Ctrl-C stops it.
"""


def demo(
    port: Annotated[int, typer.Option(help="Where the page is.")] = 8765,
    is_open: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    data: Annotated[
        Path | None, typer.Option(help="An empty or new folder to keep the database and the export in.")
    ] = None,
) -> None:
    """Run the bot in a Slack of its own, with sample accounts and a clock to move. Needs no token."""
    stop = stop_signal()
    with ExitStack() as exits:
        folder = _folder(data, exits)
        settings = Settings(log_level="WARNING", timezone=ZONE, log_format="text")
        logs.set_up(settings)
        clock = SandboxClock(working_morning(utc_now()))
        slack = Sandbox(manifest=manifest(), clock=clock)
        url = open_on(slack, port)
        exits.callback(slack.stop)
        bot = start_bot(slack, clock, folder, exits)
        slack.driver = bot.driver
        typer.echo(TO_TRY.format(url=url, folder=folder))
        if is_open:
            webbrowser.open(url)
        stop.wait()


def start_bot(slack: Sandbox, clock: SandboxClock, folder: Path, exits: ExitStack) -> Bot:
    """A bot with the sample accounts, running against a started sandbox until `exits` closes."""
    settings = Settings(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        signing_secret=slack.signing_secret,
        api_url=slack.api_url,
        database_url=f"sqlite:///{folder / DATABASE}",
        timezone=ZONE,
        fallback_channel="C0ALERTS",
        leadership_channel="C0LEADERS",
    )
    db = Database(settings.database_url)
    schema.upgrade(db)
    db.close()
    bot = build(settings, clock.now)
    exits.callback(bot.stop)
    read_roster(bot)
    load_samples(bot, folder, clock.now())
    runner = SocketRunner(bot.bolt, settings)
    runner.open()
    exits.callback(runner.finish)
    bot.start()
    return bot


def _folder(data: Path | None, exits: ExitStack) -> Path:
    if data is None:
        return Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="perennial-demo-")))
    if (data / DATABASE).exists():
        # The sandbox forgets what was said when it stops; a database that remembers would update what is gone.
        raise Refused(f"{data} holds an earlier demo. Choose another folder with --data, or delete that one.")
    data.mkdir(parents=True, exist_ok=True)
    return data
