"""The app manifest, to paste into Slack."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot import manifest
from bot.environment import settings_here


def print_manifest(
    http: Annotated[
        str | None, typer.Option(metavar="URL", help="The bot's public address; leave it out to use Socket Mode.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where links to accounts point; those unfurl. Else BASE_URL.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML, without the reasons.")] = False,
) -> None:
    """Print the app manifest: commands, shortcuts, events, and each scope with its reason."""
    if base_url is None:
        base_url = settings_here().base_url
    text = (
        json.dumps(manifest.manifest(http, base_url), indent=2) + "\n" if as_json else manifest.as_yaml(http, base_url)
    )
    typer.echo(text, nl=False)
