"""python -m bot: the command line, put together."""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import OperationalError

from bot import features, logs
from bot.cli import (
    agenda,
    coverage,
    database,
    demo,
    doctor,
    explain,
    manifest,
    members,
    metrics,
    proof,
    run,
    sandbox,
    story,
    sync,
)
from bot.cli.imports import imports_app
from bot.db.engine import trouble
from bot.errors import Refused

app = typer.Typer(
    help="Perennial: no renewal is forgotten.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("sandbox")(sandbox.sandbox)
app.command("manifest")(manifest.print_manifest)
app.command("doctor")(doctor.doctor)
app.command("sync")(sync.sync)
app.command("agenda")(agenda.show_agenda)
app.command("coverage")(coverage.show_coverage)
app.command("metrics")(metrics.show_metrics)
app.command("proof")(proof.show_proof)
app.command("explain")(explain.explain)
app.command("story")(story.show_story)
app.add_typer(imports_app, name="import")
app.add_typer(members.members_app, name="member")
app.add_typer(database.database_app, name="db")


@app.callback()
def begin() -> None:
    """Perennial: no renewal is forgotten."""
    features.install()


def main() -> None:
    """Run the command line; what is refused is said in one line, and the process ends with 2."""
    try:
        app()
    except Refused as refused:
        typer.echo(refused.message, err=True)
        sys.exit(2)
    except OperationalError as error:
        reason = logs.masked(str(error.orig).strip().partition("\n")[0])
        what_to_do = trouble(error) or "Check DATABASE_URL, and that the database is up."
        typer.echo(f"The database cannot be used ({reason}). {what_to_do}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
