"""The figures that managers get, computed from what was true on each day."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import func

from bot.accounts.figure_facts import FigureLine
from bot.app import utc_now
from bot.cli.members import TeamId
from bot.cli.session import open_database
from bot.cli.story import past_day
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.errors import Refused
from bot.importing.rules.spreadsheets import safe_row
from bot.metrics import settings
from bot.metrics.figures import figures
from bot.metrics.rules.rates import Rates, read_rates
from bot.models import AccountStanding
from bot.workspace import context, workspaces

HEADER = ("Figure", "Window", "Value", "Made of")


def show_metrics(
    as_of: Annotated[str, typer.Option(help="The last day of the window, as 2026-06-30. Today if not given.")] = "",
    segment: Annotated[str | None, typer.Option(help="Only accounts of this segment.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write the figures to this file as well.")] = None,
    rates: Annotated[
        str,
        typer.Option(
            envvar="CURRENCY_RATES",
            help="What others are worth in the workspace's currency, and from when: USD=0.90@2025-06-30, … "
            "In place of the rates set in Slack.",
        ),
    ] = "",
    workspace: TeamId = None,
) -> None:
    """Show what was kept, lost and grown, and the habits behind it, over the twelve months up to a day."""
    with open_database() as db, db.reading() as session:
        where = workspaces.pick(session, workspace)
        lines = _figures(Work(session, where.id, utc_now()), as_of, segment, rates)
    table = Table(*HEADER)
    for line in lines:
        table.add_row(*(escape(cell) for cell in (line.name, line.window, line.value, line.more)))
    Console().print(table)
    if csv_file is not None:
        _write(csv_file, lines)


def _figures(work: Work, as_of: str, segment: str | None, typed: str) -> list[FigureLine]:
    day = past_day(as_of, local_date(work.now, context.of(work).zone))
    if segment is not None and not work.session.scalar(
        work.select(AccountStanding.id).where(func.lower(AccountStanding.segment) == segment.strip().lower()).limit(1)
    ):
        raise Refused(f"No account is or was in the segment {segment!r}. Write it as the accounts have it.")
    return figures(work, day, rates_meant(work, typed), segment)


def rates_meant(work: Work, typed: str) -> Rates:
    """The rates that were typed, else those of the workspace; Refused for what cannot be read."""
    kept = settings.rates(work)
    try:
        return read_rates(typed, kept.currency) if typed.strip() else kept
    except ValueError as unreadable:
        raise Refused(str(unreadable)) from None


def _write(path: Path, lines: list[FigureLine]) -> None:
    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            out = csv.writer(file)
            out.writerow(HEADER)
            out.writerows(safe_row((line.name, line.window, line.value, line.more)) for line in lines)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}. Give another file.") from None
    typer.echo(f"Written to {path}.")
