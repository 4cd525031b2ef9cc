"""The sandbox alone: a Slack on this machine, for a bot started apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import stop_signal
from bot.errors import Refused
from bot.manifest import manifest
from bot.sandbox.seed import Seed
from bot.sandbox.seed import read_seed as seed_from
from bot.sandbox.server import Sandbox

SEED_HELP = """A JSON file with people and channels of your own, for example
{"workspace": {"id": "T1", "name": "Small"},
"users": [{"id": "U1", "name": "ann", "real_name": "Ann Lee", "role": "rep", "tz": "Europe/Berlin"}],
"channels": [{"id": "C1", "name": "acc-acme", "members": ["U1"]}]}. All fields: docs/sandbox.md."""

OWN_TIME = """A bot that was started apart keeps its own time: it does not follow the page's clock, so moving that one
brings no renewal nearer. To watch the days go by, use `python -m bot demo`."""


def sandbox(
    port: Annotated[int, typer.Option(help="Where the sandbox's page and its Web API are.")] = 8765,
    seed: Annotated[Path | None, typer.Option(metavar="FILE", help=SEED_HELP)] = None,
    request_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Send signed HTTP requests there; leave it out to use Socket Mode."),
    ] = None,
) -> None:
    """Run the sandbox without a bot. It prints the settings for `python -m bot run`."""
    stop = stop_signal()
    server = Sandbox(seed=read_seed(seed), manifest=manifest(request_url), request_url=request_url)
    url = open_on(server, port)
    typer.echo(f"The sandbox is at {url}. In another terminal, run the bot with these settings:")
    typer.echo("")
    typer.echo(f"export SLACK_API_URL={server.api_url}")
    typer.echo(f"export SLACK_BOT_TOKEN={server.bot_token}")
    if request_url:
        typer.echo(f"export SLACK_SIGNING_SECRET={server.signing_secret}")
    else:
        typer.echo(f"export SLACK_APP_TOKEN={server.app_token}")
    typer.echo("export DATABASE_URL=sqlite:///sandbox.sqlite3")
    typer.echo("python -m bot db upgrade && python -m bot run")
    typer.echo("")
    typer.echo(OWN_TIME)
    typer.echo("Ctrl-C stops the sandbox; what was said in it is then gone.")
    stop.wait()
    server.stop()


def read_seed(path: Path | None) -> Seed | None:
    """The workspace described by a JSON file; raises Refused, naming the place, when it is not one."""
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise Refused(f"{path} is not JSON: {error}.") from None
    try:
        return seed_from(found)
    except ValueError as error:
        raise Refused(f"{path}: {error} The format is in docs/sandbox.md.") from None


def open_on(server: Sandbox, port: int) -> str:
    """Start the sandbox's server and return its address; raises Refused when the port is taken."""
    try:
        return server.start(port=port)
    except (OSError, RuntimeError) as error:
        raise Refused(f"Port {port} cannot be used ({error}). Choose another with --port.") from None
