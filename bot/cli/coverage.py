"""Which accounts' pulses were answered lately, and whether all year round: the same as `/pulse coverage`."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import pulses
from bot.app import utc_now
from bot.cli.members import TeamId
from bot.cli.session import open_database
from bot.core.days import spoken_day
from bot.db.work import Work
from bot.pulses.coverage_rules import Coverage
from bot.pulses.messages.coverage import heard, how_heard, month_name, not_heard, year_words
from bot.workspace import workspaces


def show_coverage(workspace: TeamId = None) -> None:
    """Show how many accounts a pulse was answered for in the last 90 days, by month, and how much fell in Q4."""
    with open_database() as db, db.reading() as session:
        where = workspaces.pick(session, workspace)
        coverage = pulses.coverage(Work(session, where.id, utc_now()))
    for words in (
        heard(coverage),
        how_heard(coverage),
        not_heard(coverage),
        *(year_words(year, coverage) for year in coverage.years),
    ):
        if words:
            typer.echo(words)
    Console().print(_months(coverage))
    if coverage.longest:
        Console().print(_longest(coverage))


def _months(coverage: Coverage) -> Table:
    table = Table(
        "Month", "Accounts answered", "From the customer", "Answered pulses", title="By month", title_justify="left"
    )
    for month in coverage.months:
        table.add_row(month_name(month.first), f"{month.accounts:,}", f"{month.from_them:,}", f"{month.rounds:,}")
    return table


def _longest(coverage: Coverage) -> Table:
    table = Table("Account", "Owner", "Last answer", title="Longest without an answer", title_justify="left")
    for one in coverage.longest:
        last = spoken_day(one.last_on, coverage.as_of) if one.last_on else "never yet"
        table.add_row(escape(one.account), escape(one.owner or "nobody"), last)
    return table
