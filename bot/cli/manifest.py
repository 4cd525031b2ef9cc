"""The app manifest, to paste into Slack."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot import manifest


def print_manifest(
    http: Annotated[
        str | None, typer.Option(metavar="URL", help="The bot's public address; leave it out to use Socket Mode.")
    ] = None,
    base_url: Annotated[
        str, typer.Option(metavar="URL", envvar="BASE_URL", help="Where links to accounts point; those unfurl.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML, without the reasons.")] = False,
) -> None:
    """Print the app manifest: commands, shortcuts, events, and each scope with its reason."""
    text = (
        json.dumps(manifest.manifest(http, base_url), indent=2) + "\n" if as_json else manifest.as_yaml(http, base_url)
    )
    typer.echo(text, nl=False)
