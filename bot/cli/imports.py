"""What a CRM or a helpdesk exports: accounts, contracts, people, touchpoints, tickets, usage; insights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.cli.session import open_database
from bot.core.money import currency_of
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import Refused
from bot.importing import (
    ACCOUNTS,
    CONTACTS,
    CONTRACTS,
    INSIGHTS,
    NO_WORKSPACE,
    TICKETS,
    TOUCHPOINTS,
    USAGE,
    ImportKind,
    ImportOptions,
    Summary,
    import_file,
)
from bot.importing.csv_rows import LONGEST_CELL
from bot.importing.files import Progress as Told
from bot.importing.planning import plan_all
from bot.importing.rules.dates import DateOrder
from bot.insights.facts import InsightAudience, InsightDetails
from bot.insights.feeds import MOST_ENTRIES, counted, import_feed
from bot.settings import Settings, settings_here
from bot.workspace import workspaces

imports_app = typer.Typer(
    help="Bring in accounts, contracts, people, touchpoints, tickets, insights and usage from files, and saved feeds.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or TSV file, as the CRM exports it.")]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="'Their Column=field'",
        help="What a column is; 'Their Column=' leaves it out. May be given several times.",
    ),
]
Dates = Annotated[DateOrder | None, typer.Option(help="The order of day and month, when the file does not show it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen and write nothing.")]
Currency = Annotated[
    str | None, typer.Option(metavar="EUR", help="The currency of amounts that name none and whose account has none.")
]
TeamId = Annotated[str | None, typer.Option("--workspace", help="The team id, when there are several workspaces.")]

Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="The file's encoding (windows-1252, shift_jis, gb18030 …), when it is not found."
    ),
]
Mark = Annotated[
    str | None,
    typer.Option("--decimal", metavar="'.'|','", help="The mark before decimals, when the amounts do not show it."),
]
Urgent = Annotated[
    int | None, typer.Option(metavar="1", help="The number that means urgent, when priorities are bare numbers.")
]
Closed = Annotated[
    list[str] | None,
    typer.Option("--closed", metavar="WORD", help="A status that means a ticket is over. May be given several times."),
]
Scale = Annotated[
    int | None, typer.Option("--scale", metavar="5", help="The highest mark of satisfaction, when it is not found.")
]

_SHOWN = 8
_DECIMALS = {".": ".", "point": ".", "dot": ".", ",": ",", "comma": ","}


@imports_app.command("accounts")
def import_accounts(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    currency: Currency = None,
    encoding: Encoding = None,
    workspace: TeamId = None,
) -> None:
    """Import accounts, new ones and news of known ones. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(ACCOUNTS, "Accounts", file, _options(mapping, dates, dry_run, currency, encoding), workspace)


@imports_app.command("contracts")
def import_contracts(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    currency: Currency = None,
    decimal: Mark = None,
    encoding: Encoding = None,
    workspace: TeamId = None,
) -> None:
    """Import contracts and plan their renewals. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    options = _options(mapping, dates, dry_run, currency, encoding, decimal)
    _import(CONTRACTS, "Contracts", file, options, workspace)


@imports_app.command("contacts")
def import_contacts(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    encoding: Encoding = None,
    workspace: TeamId = None,
) -> None:
    """Import a CRM's contacts as people at the customer. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(CONTACTS, "Contacts", file, _options(mapping, dates, dry_run, None, encoding), workspace)


@imports_app.command("touchpoints")
def import_touchpoints(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    encoding: Encoding = None,
    workspace: TeamId = None,
) -> None:
    """Import a CRM's activities as touchpoints. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(TOUCHPOINTS, "Touchpoints", file, _options(mapping, dates, dry_run, None, encoding), workspace)


@imports_app.command("tickets")
def import_tickets(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    urgent: Urgent = None,
    closed: Closed = None,
    scale: Scale = None,
    encoding: Encoding = None,
    workspace: TeamId = None,
) -> None:
    """Import tickets with priority, satisfaction, escalation. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    if scale is not None and scale < 1:
        raise Refused(f"--scale {scale}: write the highest mark, such as 5, 10 or 100.")
    options = _options(mapping, dates, dry_run, None, encoding)
    words = frozenset(word.strip().casefold() for word in closed or [])
    _import(TICKETS, "Tickets", file, replace(options, urgent=urgent, closed=words, scale=scale), workspace)


@imports_app.command("insights")
def import_insights(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    encoding: Encoding = None,
    workspace: TeamId = None,
) -> None:
    """Import articles, events and webinars worth telling. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(INSIGHTS, "Insights", file, _options(mapping, dates, dry_run, None, encoding), workspace)


@imports_app.command("usage")
def import_usage(
    file: File,
    mapping: Mapping = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    decimal: Mark = None,
    encoding: Encoding = None,
    workspace: TeamId = None,
) -> None:
    """Import how much customers use, by day or month. Exit 0 clean, 1 some rows rejected, 2 nothing usable."""
    _import(USAGE, "Usage", file, _options(mapping, dates, dry_run, None, encoding, decimal), workspace)


@imports_app.command("feed")
def import_a_feed(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An RSS or Atom feed that was saved as a file.")],
    industry: Annotated[
        list[str] | None,
        typer.Option("--industry", metavar="NAME", help="For accounts of this industry. May be given several times."),
    ] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option("--topic", metavar="WORDS", help="What it is about, beside its own. May be given several times."),
    ] = None,
    about_us: Annotated[bool, typer.Option("--about-us", help="It is about ourselves, such as our own blog.")] = False,
    dry_run: DryRun = False,
    workspace: TeamId = None,
) -> None:
    """Import a saved RSS or Atom feed as insights; nothing is fetched. Exit 0 when it could be read."""
    settings = settings_here()
    now = datetime.now(UTC)
    audience = InsightAudience(industries=tuple(industry or ()))
    about = InsightDetails(topics=tuple(topic or ()), is_about_us=about_us)
    with open_database(settings) as db:
        workspace_id = _workspace(db, settings, workspace, dry_run, now)
        way_in = Work.reading if dry_run else Work.writing
        with way_in(db, workspace_id, now) as work:
            found = import_feed(work, file, audience, about, dry_run) if workspace_id else counted(file)
    would = " (dry run: nothing was written)" if dry_run else ""
    table = Table("", "", title=Text(f"Feed {file.name}{would}", style="table.title"), show_header=False)
    for label, count in (
        ("created", found.created),
        ("known already", found.known),
        ("too old to be news", found.old),
        ("without words", found.empty),
        (f"beyond the first {MOST_ENTRIES}", found.beyond),
    ):
        table.add_row(label, f"{count:,}")
    Console().print(table)


def _import(kind: ImportKind, title: str, file: Path, options: ImportOptions, team_id: str | None) -> None:
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


def _options(
    mapping: list[str] | None,
    dates: DateOrder | None,
    dry_run: bool,
    currency: str | None,
    encoding: str | None,
    decimal: str | None = None,
) -> ImportOptions:
    pairs = {}
    for entry in mapping or []:
        column, mark, name = entry.rpartition("=")
        if not column.strip() or not mark:
            raise Refused(
                f"--map {entry!r} does not say which column is what. Write --map 'Their Column=field', or "
                "--map 'Their Column=' to leave one out."
            )
        pairs[column.strip()] = name.strip()
    if decimal is not None and (decimal := _DECIMALS.get(decimal.strip().casefold())) is None:
        raise Refused("--decimal is a point or a comma. Write --decimal . or --decimal ,")
    try:
        code = currency_of(currency) if currency else None
    except ValueError as error:
        raise Refused(f"--currency: {error}") from None
    return ImportOptions(pairs, dates, code, dry_run, encoding, decimal)


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
    no_touches = (tally.skipped, "planned or called off"), (tally.attempts, "that reached nobody")
    if shown := [f"{count:,} {words}" for count, words in no_touches if count]:
        yield "not counted as touches", ", ".join(shown)
    if tally.deleted:
        yield (
            "deleted or archived",
            f"{tally.deleted:,} in their own system; not imported, and ended where they were here",
        )
    if tally.removed:
        yield "removed for good", f"{tally.removed:,} were removed here on request, and do not come back"
    if summary.left_out[0]:
        yield "no records", _some(*summary.left_out)
    if tally.accounts_created:
        yield "accounts made by name", f"{tally.accounts_created:,}"
    if title == "Contracts":
        yield "worth a year", "; ".join(f"{c} {v:,.2f}" for c, v in sorted(tally.values.items())) or "unknown"
        if tally.unvalued:
            yield "no amount", f"{tally.unvalued:,} active contracts"
        if tally.assumed_terms:
            one = tally.assumed_terms == 1
            silent = (
                "contract does not say for how long it renews"
                if one
                else "contracts do not say for how long they renew"
            )
            yield "renewal terms assumed", f"{tally.assumed_terms:,} {silent}"
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
    yield from summary.words
    if summary.shortened:
        cut = ", ".join(f"{name} ({count:,})" for name, count in summary.shortened.items())
        yield "shortened", f"{cut} to {LONGEST_CELL:,} characters"
    if summary.unknown:
        yield "columns nobody knows", f"{', '.join(summary.unknown)} (name them with --map)"
    if summary.unused:
        yield "columns not kept", ", ".join(summary.unused)
    if summary.ignored:
        yield "left out as told", ", ".join(summary.ignored)
    if summary.duplicates:
        second = ", ".join(f"{header} (also {name.replace('_', ' ')})" for name, header in summary.duplicates)
        yield "second columns", f"{second}; not read, unless --map says so"
    for label, names in (
        ("people nobody knows", tally.people),
        ("channels nobody knows", tally.channels),
        ("countries nobody knows", tally.countries),
        ("parts nobody knows", tally.parts),
        ("status words nobody knows", tally.statuses),
        ("priorities nobody knows", tally.priorities),
        ("satisfaction unread", tally.ratings),
        ("no web addresses", tally.links),
        ("ids changed on the way", tally.changed_ids),
        ("other names", tally.renamed),
        ("second of that name", tally.same_names),
    ):
        if names:
            more = ""
            if names is tally.statuses:
                closes = "\n(tickets with them count as open; --closed WORD says otherwise)"
                more = closes if title == "Tickets" else "\n(contracts with them count as active)"
            yield label, _most(names) + more
    if tally.reasons:
        yield "why rejected", _most(Counter({tally.examples[reason]: n for reason, n in tally.reasons.items()}))


def _most(names: Counter[str]) -> str:
    shown = [f"{name} ({count:,})" for name, count in names.most_common(_SHOWN)]
    more = len(names) - len(shown)
    return "\n".join([*shown, f"and {more} more"] if more > 0 else shown)


def _some(count: int, examples: tuple[str, ...]) -> str:
    more = f"\nand {count - len(examples):,} more lines of the report" if count > len(examples) else ""
    return "\n".join(examples) + more
