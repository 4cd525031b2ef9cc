"""The schema: bring it up to date, or see where it stands."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.session import open_database
from bot.db import schema

database_app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@database_app.command("upgrade")
def upgrade() -> None:
    """Bring the database's schema up to date. Does nothing when it already is."""
    with open_database(any_schema=True) as db:
        before, needed = schema.versions(db)
        schema.upgrade(db)
    typer.echo(f"Already at {needed}." if before == needed else f"Upgraded from {before or 'nothing'} to {needed}.")


@database_app.command("downgrade")
def downgrade(
    revision: Annotated[str, typer.Argument(help="The schema version that the older program needs.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take the schema back for an older version of the bot. Stop the bot and make a backup first."""
    with open_database(any_schema=True) as db:
        if not yes:
            typer.confirm(f"What schema {revision} has no place for will be lost. Is there a backup?", abort=True)
        schema.downgrade(db, revision)
    typer.echo(f"The database is at {revision}.")


@database_app.command("version")
def version() -> None:
    """Show the database's schema version and the one this program needs; exit 1 when they differ."""
    with open_database(any_schema=True) as db:
        current, needed = schema.versions(db)
    typer.echo(f"database {current or 'none'}, needed {needed}")
    if current != needed:
        typer.echo("Run: python -m bot db upgrade")
        raise typer.Exit(1)
