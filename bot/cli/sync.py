"""Read people and channels from Slack, so that an import can match owners and channel names."""

from __future__ import annotations

import typer

from bot.app import build
from bot.settings import settings_here
from bot.slack_sync import read_roster


def sync() -> None:
    """Read the workspace's people and channels. Do this before an import that names owners or #channels."""
    bot = build(settings_here())
    try:
        read = read_roster(bot)
    finally:
        bot.db.close()
    typer.echo(f"{read.people} people and {read.channels} channels are known.")
