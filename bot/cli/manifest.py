"""The app manifest, to paste into Slack."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot import manifest
from bot.errors import Refused
from bot.settings import COMMAND_PREFIX, settings_here


def print_manifest(
    http: Annotated[
        str | None, typer.Option(metavar="URL", help="The bot's public address; leave it out to use Socket Mode.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where links to accounts point; those unfurl. Else BASE_URL.")
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="What stands before each command's name, such as acme-, if another app has it. Else COMMAND_PREFIX.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML, without the reasons.")] = False,
) -> None:
    """Print the app manifest: commands, shortcuts, events, and each scope with its reason."""
    settings = settings_here()
    asked = (
        http,
        settings.base_url if base_url is None else base_url,
        settings.command_prefix if prefix is None else prefix,
    )
    if not COMMAND_PREFIX.fullmatch(asked[2]):
        raise Refused(f"--prefix is {asked[2]!r}: give at most 20 of a-z, 0-9, - and _, such as acme-.")
    made = json.dumps(manifest.manifest(*asked), indent=2) + "\n" if as_json else manifest.as_yaml(*asked)
    typer.echo(made, nl=False)
    if asked[2] != settings.command_prefix:
        typer.echo(f"Set COMMAND_PREFIX={asked[2]} for the bot too, or it will not know these commands.", err=True)
