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
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML, without the reasons.")] = False,
) -> None:
    """Print the app manifest: commands, shortcuts, events, and each scope with its reason."""
    text = json.dumps(manifest.manifest(http), indent=2) + "\n" if as_json else manifest.as_yaml(http)
    typer.echo(text, nl=False)
