"""The agenda on the command line: which jobs fall due, and when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from bot.app import utc_now
from bot.cli.members import TeamId
from bot.cli.session import open_database
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Account, Contract, JobRow, Renewal
from bot.workspace import workspaces

SHOWN = 200


def show_agenda(
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day to show; in 30 days when left out.")
    ] = None,
    workspace: TeamId = None,
) -> None:
    """Show what comes next on which account, as things stand now. Nothing is said or changed."""
    last = (until or utc_now() + timedelta(days=30)).date()
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    with open_database() as db, db.reading() as session:
        where = workspaces.pick(session, workspace)
        rows = _rows(Work(session, where.id, utc_now()), end)
    table = Table("When (UTC)", "What", "Account", "Details", title=f"Until {last:%a %d %b %Y}")
    for due_at, kind, account, details in rows[:SHOWN]:
        table.add_row(f"{due_at:%a %d %b %Y %H:%M}", kind.replace("_", " "), account, details)
    Console().print(table)
    if len(rows) > SHOWN:
        typer.echo(f"Only the first {SHOWN} are shown; choose an earlier day with --until.")


def _rows(work: Work, end: datetime) -> list[tuple[datetime, str, str, str]]:
    found = work.session.execute(
        work.select(JobRow.due_at, JobRow.kind, JobRow.subject, JobRow.dedupe_key)
        .where(JobRow.handled_at.is_(None), JobRow.due_at < end)
        .order_by(JobRow.due_at, JobRow.urgency)
        .limit(SHOWN + 1)
    ).all()
    names = _account_names(work, [subject for *_, subject, _ in found])
    return [(due, kind, names.get(subject, ""), key) for due, kind, subject, key in found]


def _account_names(work: Work, subjects: list[str]) -> dict[str, str]:
    """The account of each subject that is a renewal or a contract."""
    names: dict[str, str] = {}
    for noun, table in (("renewal", Renewal), ("contract", Contract)):
        ids = [int(subject.partition(":")[2]) for subject in subjects if subject.startswith(f"{noun}:")]
        rows = work.session.execute(
            select(table.id, Account.name)
            .join(Account, Account.id == table.account_id)
            .where(within(table.workspace_id, work.workspace_id), table.id.in_(ids))
        )
        names |= {f"{noun}:{number}": name for number, name in rows}
    return names
