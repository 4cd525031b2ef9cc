"""The whole thing on one machine, with no token: the sandbox, the bot, and sample accounts."""

from __future__ import annotations

import tempfile
import webbrowser
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.app import Bot, build, utc_now
from bot.cli.sandbox import open_on
from bot.cli.session import stop_signal
from bot.core.calendar import local_date
from bot.db import schema
from bot.db.engine import Database
from bot.demo.explore import FIRST_LOOK, TO_TRY
from bot.demo.loading import load_samples
from bot.demo.morning import ZONE, working_morning
from bot.demo.resuming import last_moment, say_cards_again
from bot.manifest import manifest
from bot.running.socket import SocketRunner
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.slack_sync import read_roster

DATABASE = "demo.sqlite3"
BASE_URL = "https://crm.example.com/accounts/{id}"
"""Where the made-up CRM shows an account; nothing is there, but a link in a message unfurls."""

WELCOME = """
  Perennial's demo is at {url}

  It begins in #cs-midmarket, with four renewals: one at risk, one overdue, one on track, one just won.
  "Explore", at the lower left, names what to try and ticks it off. Press one, and you are there as the person who
  would do it. On a small screen it is behind the menu.

  And when you are through: #acc-meridian is shared with the customer and stays silent; its card came to Dana alone.
  Paste the link of an account's story where only the team reads, and it unfurls. Press a card's buttons, move the clock
  by a month, and see who is asked.

  The CRM export it was loaded from is in {folder}. Ctrl-C stops it.
"""


def demo(
    port: Annotated[int, typer.Option(help="Where the page is.")] = 8765,
    is_open: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    data: Annotated[
        Path | None, typer.Option(help="A folder that keeps the database; the next demo there goes on with it.")
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Begin on this day, or the next working day, instead of today."),
    ] = None,
) -> None:
    """Run the bot in a Slack of its own, with sample accounts and a clock to move. Needs no token."""
    stop = stop_signal()
    with ExitStack() as exits:
        folder = _folder(data, exits)
        settings = Settings(log_level="WARNING", timezone=ZONE, log_format="text")
        logs.set_up(settings)
        clock = SandboxClock(begins_at(folder, day.date() if day else None))
        slack = Sandbox(
            manifest=manifest(base_url=BASE_URL), clock=clock, is_open=False, explore=TO_TRY, first_look=FIRST_LOOK
        )
        url = open_on(slack, port)
        exits.callback(slack.stop)
        bot = start_bot(slack, clock, folder, exits)
        slack.driver = bot.driver
        slack.is_open = True
        typer.echo(WELCOME.format(url=url, folder=folder))
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
        database_url=database_url(folder),
        timezone=ZONE,
        base_url=BASE_URL,
        fallback_channel="C0ALERTS",
        leadership_channel="C0LEADERS",
    )
    was_there = (folder / DATABASE).exists()
    db = Database(settings.database_url)
    schema.upgrade(db)
    db.close()
    bot = build(settings, clock.now)
    exits.callback(bot.stop)
    read_roster(bot)
    if was_there:
        with bot.db.transaction() as session:
            say_cards_again(session, clock.now())
    else:
        load_samples(bot, folder, clock.now())
    runner = SocketRunner(bot.bolt, settings)
    runner.open()
    exits.callback(runner.finish)
    bot.start()
    return bot


def begins_at(folder: Path, day: date | None = None) -> datetime:
    """When the demo's clock starts: on a working morning, and never before anything that an earlier demo did there.

    `day`: the day to begin on in place of today, as the sample owners' calendar has it.
    """
    morning = working_morning(day or local_date(utc_now(), ZONE))
    if not (folder / DATABASE).exists():
        return morning
    db = Database(database_url(folder))
    schema.upgrade(db)
    with db.transaction() as session:
        last = last_moment(session)
    db.close()
    return max(morning, last) if last else morning


def database_url(folder: Path) -> str:
    """The address of the demo's database in a folder."""
    return f"sqlite:///{folder / DATABASE}"


def _folder(data: Path | None, exits: ExitStack) -> Path:
    if data is None:
        return Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="perennial-demo-")))
    data.mkdir(parents=True, exist_ok=True)
    return data
