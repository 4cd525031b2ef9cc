"""Accounts, contracts, touchpoints and tickets out of exports of a CRM or a helpdesk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.cli.opening import open_database
from bot.db import Database
from bot.environment import settings_here
from bot.errors import Refused
from bot.rules.dates import DateOrder
from bot.rules.money import currency_of
from bot.services import workspaces
from bot.services.importing import (
    ACCOUNTS,
    CONTRACTS,
    NO_WORKSPACE,
    TICKETS,
    TOUCHPOINTS,
    Kind,
    Options,
    Summary,
    import_file,
)
from bot.services.importing.files import Progress as Told
from bot.services.new_accounts import plan_all
from bot.settings import Settings

imports_app = typer.Typer(
    help="Bring in accounts, contracts, touchpoints and tickets from CSV or TSV files.", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or TSV file, as the CRM exports it.")]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="'Their Column=field'", help="What a column is. May be given several times."),
]
Dates = Annotated[DateOrder | None, typer.Option(help="The order of day and month, when the file does not show it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen and write nothing.")]
Currency = Annotated[
    str | None, typer.Option(metavar="EUR", help="The currency of amounts that name none and whose account has none.")
]
TeamId = Annotated[str | None, typer.Option("--workspace", help="The team id, when there are several workspaces.")]

_SHOWN = 8


@imports_app.command("accounts")
def import_accounts(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    currency: Currency = None,
    workspace: TeamId = None,
) -> None:
    """Import accounts, new ones and news of known ones. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(ACCOUNTS, "Accounts", file, _options(mapping, dates, dry_run, currency), workspace)


@imports_app.command("contracts")
def import_contracts(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    currency: Currency = None,
    workspace: TeamId = None,
) -> None:
    """Import contracts and plan their renewals. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(CONTRACTS, "Contracts", file, _options(mapping, dates, dry_run, currency), workspace)


@imports_app.command("touchpoints")
def import_touchpoints(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    workspace: TeamId = None,
) -> None:
    """Import a CRM's activities as touchpoints. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(TOUCHPOINTS, "Touchpoints", file, _options(mapping, dates, dry_run, None), workspace)


@imports_app.command("tickets")
def import_tickets(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    workspace: TeamId = None,
) -> None:
    """Import tickets with priority, satisfaction, escalation. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(TICKETS, "Tickets", file, _options(mapping, dates, dry_run, None), workspace)


def _import(kind: Kind, title: str, file: Path, options: Options, team_id: str | None) -> None:
    settings = settings_here()
    now = datetime.now(UTC)
    with open_database(settings) as db:
        workspace_id = _workspace(db, settings, team_id, options.dry_run, now)
        with _progress(file) as told, _on_stop():
            summary = import_file(db, workspace_id, kind, file, options, now, plan_all, told)
    _show(title, file, summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


@contextmanager
def _on_stop() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Stopped. What was imported stays; import the file again, and it goes on from there.", err=True)
        raise


def _options(mapping: list[str] | None, dates: DateOrder | None, dry_run: bool, currency: str | None) -> Options:
    pairs = {}
    for entry in mapping or []:
        column, _, name = entry.rpartition("=")
        if not column.strip() or not name.strip():
            raise Refused(f"--map {entry!r} does not say which column is what. Write --map 'Their Column=field'.")
        pairs[column.strip()] = name.strip()
    try:
        return Options(pairs, dates, currency_of(currency) if currency else None, dry_run)
    except ValueError as error:
        raise Refused(f"--currency: {error}") from None


def _workspace(db: Database, settings: Settings, team_id: str | None, dry_run: bool, now: datetime) -> int:
    with db.reading() as session:
        if team_id is not None or workspaces.every(session):
            return workspaces.pick(session, team_id).id
    if dry_run:
        return NO_WORKSPACE
    with db.transaction() as session:
        return workspaces.ensure_unconnected(session, settings, now)


@contextmanager
def _progress(file: Path) -> Iterator[Told]:
    percent = TextColumn("{task.percentage:>3.0f}%")
    columns = TextColumn("{task.description}", markup=False), BarColumn(), percent, TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(file.name, total=None)
        yield lambda done, size: bar.update(task, completed=done, total=size)


def _show(title: str, file: Path, summary: Summary) -> None:
    tally = summary.tally
    would = " (dry run: nothing was written)" if summary.dry_run else ""
    # Text, not str: what stands in square brackets in a file is no markup.
    heading = Text(f"{title} from {file.name}{would}", style="table.title")
    table = Table("", "", title=heading, show_header=False, title_justify="left")
    for label, count in (
        ("created", tally.created),
        ("updated", tally.updated),
        ("unchanged", tally.unchanged),
        ("rejected", tally.rejected),
    ):
        table.add_row(label, f"{count:,}")
    for label, value in _details(title, summary):
        table.add_row(label, Text(value))
    Console().print(table)
    if summary.rejected_file is not None:
        typer.echo(f"Rejected rows, each with its reason: {summary.rejected_file}")
    if tally.rejected and tally.rejected == summary.rows:
        typer.echo("No row could be used.", err=True)
    elif not summary.rows:
        typer.echo(f"{file.name} has a header and no rows.", err=True)


def _details(title: str, summary: Summary) -> Iterator[tuple[str, str]]:
    tally = summary.tally
    inactive = [f"{count:,} {word}" for count, word in ((tally.trials, "on trial"), (tally.ended, "ended")) if count]
    if inactive:
        yield ("not active", ", ".join(inactive)) if title == "Contracts" else ("churned", f"{tally.ended:,}")
    if tally.skipped:
        yield "not counted as touches", f"{tally.skipped:,} planned or called off"
    if tally.accounts_created:
        yield "accounts made by name", f"{tally.accounts_created:,}"
    if title == "Contracts":
        yield "worth a year", "; ".join(f"{c} {v:,.2f}" for c, v in sorted(tally.values.items())) or "unknown"
        if tally.unvalued:
            yield "no amount", f"{tally.unvalued:,} active contracts"
        if tally.assumed_terms:
            yield "renewal terms assumed", f"{tally.assumed_terms:,} contracts do not say for how long they renew"
        if tally.readings:
            yield "read with doubt", f"{_most(tally.readings)}\n(where two readings are possible, the earlier deadline)"
        if tally.kept_moved:
            yield "dates kept", f"{tally.kept_moved:,} where a person moved them and the file says another day"
    if not summary.dry_run and (tally.renewals_created or tally.renewals_changed or tally.renewals_ended):
        yield (
            "renewals",
            f"{tally.renewals_created:,} planned, {tally.renewals_changed:,} changed, {tally.renewals_ended:,} ended",
        )
    yield "read as", summary.encoding
    orders = [f"{name.replace('_', ' ')} {order.value}" for name, order in summary.orders.items()]
    if orders:
        yield "dates read as", ", ".join(orders)
    if summary.unknown:
        yield "columns nobody knows", f"{', '.join(summary.unknown)} (name them with --map)"
    if summary.unused:
        yield "columns not kept", ", ".join(summary.unused)
    if summary.duplicates:
        yield "second columns", ", ".join(f"{header} (also {name})" for name, header in summary.duplicates)
    for label, names in (
        ("people nobody knows", tally.people),
        ("channels nobody knows", tally.channels),
        ("countries nobody knows", tally.countries),
        ("status words nobody knows", tally.statuses),
    ):
        if names:
            more = "\n(contracts with them count as active)" if names is tally.statuses else ""
            yield label, _most(names) + more
    if tally.reasons:
        yield "why rejected", _most(Counter({tally.examples[reason]: n for reason, n in tally.reasons.items()}))


def _most(names: Counter[str]) -> str:
    shown = [f"{name} ({count:,})" for name, count in names.most_common(_SHOWN)]
    more = len(names) - len(shown)
    return "\n".join([*shown, f"and {more} more"] if more > 0 else shown)
