"""Is all well? If not, what to do."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape

from bot.app import utc_now
from bot.cli.opening import open_database
from bot.environment import settings_here
from bot.errors import Refused
from bot.running.checkup import examine
from bot.slack.sender import sending_client


def doctor() -> None:
    """Check tokens, scopes, clock, schema, channels, driver and dead posts; exit 1 when something is to be done."""
    settings = settings_here()
    if not settings.bot_token:
        raise Refused("SLACK_BOT_TOKEN is not set. Put it into .env, or try everything without one: make demo")
    console = Console(highlight=False)
    is_well = True
    with open_database(settings, any_schema=True) as db:
        for finding in examine(settings, sending_client(settings.bot_token, settings.api_url), db, utc_now()):
            mark = "[green]✓[/]" if finding.is_well else "[red]✗[/]"
            console.print(f"{mark} {escape(finding.what)}: {escape(finding.seen)}", soft_wrap=True)
            if not finding.is_well:
                console.print(f"  → {escape(finding.todo)}", soft_wrap=True)
            is_well = is_well and finding.is_well
    if not is_well:
        raise typer.Exit(1)
