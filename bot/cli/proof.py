"""The proof sheet for prospects, as Markdown and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.app import utc_now
from bot.cli.members import TeamId
from bot.cli.metrics import rates_meant
from bot.cli.session import open_database
from bot.cli.story import past_day
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.errors import Refused
from bot.proof.markdown import markdown
from bot.proof.picture import picture
from bot.proof.sheet import proof_sheet
from bot.workspace import context, workspaces


def show_proof(
    as_of: Annotated[str, typer.Option(help="The last day that counts, as 2026-06-30. Today if not given.")] = "",
    into: Annotated[
        Path | None, typer.Option(help="Write proof-DAY.md and proof-DAY.svg into this folder instead of showing it.")
    ] = None,
    rates: Annotated[
        str,
        typer.Option(
            envvar="CURRENCY_RATES",
            help="What others are worth in the workspace's currency, and from when: USD=0.90@2025-06-30, …",
        ),
    ] = "",
    workspace: TeamId = None,
) -> None:
    """Show how customers are kept, in figures and as the calendar of a year, with no customer named: for prospects."""
    with open_database() as db, db.reading() as session:
        where = workspaces.pick(session, workspace)
        work = Work(session, where.id, utc_now())
        day = past_day(as_of, local_date(work.now, context.of(work).zone))
        known = rates_meant(work, rates)
        sheet = proof_sheet(work, day, known)
    if into is None:
        typer.echo(markdown(sheet))
        return
    for name, content in ((f"proof-{day}.md", markdown(sheet)), (f"proof-{day}.svg", picture(sheet))):
        try:
            into.mkdir(parents=True, exist_ok=True)
            (into / name).write_text(content, encoding="utf-8")
        except OSError as error:
            raise Refused(f"{into / name} cannot be written: {error.strerror}. Give another folder.") from None
        typer.echo(f"Written to {into / name}.")
