"""The figures that managers get, computed from what was true on each day."""

from __future__ import annotations

import csv
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import func

from bot.app import utc_now
from bot.cli.members import TeamId
from bot.cli.session import open_database
from bot.core.calendar import local_date
from bot.core.months import shifted
from bot.db.work import Work
from bot.errors import Refused
from bot.forecast.scoring import forecast_lines
from bot.importing.rules.spreadsheets import safe_row
from bot.metrics import care, habits
from bot.metrics.messages import (
    FigureLine,
    loss_lines,
    promise_lines,
    pulse_lines,
    renewal_lines,
    retention_lines,
    team_lines,
    touch_lines,
    unknown_lines,
)
from bot.metrics.retention import WINDOW_MONTHS, retention
from bot.metrics.rules.rates import Rates, read_rates
from bot.models import Account, Workspace
from bot.opportunities.figures import growth_lines
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
            help="What others are worth in the workspace's currency, and from when: USD=0.90@2025-06-30, …",
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


def _figures(work: Work, as_of: str, segment: str | None, written: str) -> list[FigureLine]:
    today = local_date(work.now, context.of(work).zone)
    day = _day(as_of, today)
    if segment is not None and not work.session.scalar(
        work.select(Account.id).where(func.lower(Account.segment) == segment.strip().lower()).limit(1)
    ):
        raise Refused(f"No account is in the segment {segment!r}. Write it as the accounts have it.")
    found = retention(work, day, _rates(work, written), segment)
    window = f"12 months, {shifted(day, -WINDOW_MONTHS)} to {day}"
    lines = [line for one in found for line in retention_lines(one)]
    if not found:
        lines = [FigureLine(name, window, "none", "No contract with a value has begun yet.") for name in ("NRR", "GRR")]
    return [
        *lines,
        *renewal_lines(window, *care.renewals_due(work, day, segment)),
        *promise_lines(window, *care.promises_due(work, day, segment)),
        *touch_lines(window, *astuple(habits.touch_habits(work, day, segment))),
        *_pulses(window, habits.pulse_habits(work, day, segment)),
        *team_lines(window, *astuple(habits.team_habits(work, day, segment))),
        *loss_lines(window, habits.causes_of_loss(work, day, segment)),
        *(FigureLine(*line) for line in forecast_lines(work, day, window, segment)),
        *(FigureLine(*line) for line in growth_lines(work, day, window, segment)),
        *unknown_lines(window),
    ]


def _pulses(window: str, found: habits.PulseHabits) -> list[FigureLine]:
    quarters = [(one.year, one.number, one.heard, one.impressions) for one in found.quarters]
    return pulse_lines(window, quarters, found.accounts, found.q4)


def _day(written: str, today: date) -> date:
    if not written:
        return today
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Refused(f"{written!r} is not a day. Write it as 2026-06-30.") from None
    if day > today:
        raise Refused(f"{day} has not come yet. Give today, {today}, or an earlier day.")
    if day.year <= date.min.year:
        raise Refused(f"{day} is too long ago. Give a later day.")
    return day


def _rates(work: Work, written: str) -> Rates:
    of = work.session.get_one(Workspace, work.workspace_id)
    try:
        return read_rates(written, of.currency)
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
