"""Is all well? If not, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bot.app import utc_now
from bot.cli.session import open_database
from bot.doctor import Finding, examine, examine_blocks
from bot.errors import Refused
from bot.settings import settings_here
from bot.slack.commands import prefixed
from bot.slack.sender import sending_client


def doctor(
    blocks: Annotated[
        bool,
        typer.Option("--blocks", help="Ask Slack instead whether it takes every kind of message and view; shows none."),
    ] = False,
) -> None:
    """Check tokens, scopes, clock, schema, channels, driver and dead posts; exit 1 when something is to be done."""
    settings = settings_here()
    if not settings.bot_token:
        raise Refused("SLACK_BOT_TOKEN is not set. Put it into .env, or try everything without one: make demo")
    client = sending_client(settings.bot_token, settings.api_url)
    if blocks:
        is_well = _told(examine_blocks(client), settings.command_prefix)
    else:
        with open_database(settings, any_schema=True) as db:
            is_well = _told(examine(settings, client, db, utc_now()), settings.command_prefix)
    if not is_well:
        raise typer.Exit(1)


def _told(findings: Iterator[Finding], prefix: str) -> bool:
    """Print each finding as it comes, our commands by their names here; whether all of them are well."""
    console = Console(highlight=False)
    is_well = True
    for finding in findings:
        mark = "[green]✓[/]" if finding.is_well else "[red]✗[/]"
        console.print(f"{mark} {escape(finding.what)}: {escape(prefixed(finding.seen, prefix))}", soft_wrap=True)
        if not finding.is_well:
            console.print(f"  → {escape(prefixed(finding.todo, prefix))}", soft_wrap=True)
        is_well = is_well and finding.is_well
    return is_well
