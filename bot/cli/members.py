"""People and what they may do, for whoever runs the bot."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import aliased

from bot.app import utc_now
from bot.cli.session import open_database
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Member
from bot.workspace import members, workspaces

members_app = typer.Typer(help="People and their roles.", no_args_is_help=True)

TeamId = Annotated[str | None, typer.Option("--workspace", help="The team id, when there are several workspaces.")]


@members_app.command("list")
def list_members(workspace: TeamId = None) -> None:
    """Show who is known: role, department, manager, zone."""
    boss = aliased(Member)
    with open_database() as db, db.reading() as session:
        where = workspaces.pick(session, workspace)
        rows = session.execute(
            select(Member.slack_id, Member.name, Member.role, Member.department, boss.name, Member.timezone)
            .outerjoin(boss, Member.manager_id == boss.id)
            .where(Member.workspace_id == where.id, Member.is_outsider.is_(False))
            .order_by(Member.name)
        ).all()
    table = Table("Slack id", "Name", "Role", "Department", "Manager", "Zone", title=f"People of {where.name}")
    for row in rows:
        table.add_row(*(value or "" for value in row))
    Console().print(table)
    if not rows:
        typer.echo("Nobody is known yet. Run: python -m bot sync")


@members_app.command("set")
def set_member(
    slack_id: Annotated[str, typer.Argument(metavar="U123", help="The person's Slack id.")],
    role: Annotated[str | None, typer.Option(help=f"One of {', '.join(members.ROLES)}.")] = None,
    manager: Annotated[str | None, typer.Option(metavar="U456", help="Who is told when this person is stuck.")] = None,
    department: Annotated[str | None, typer.Option(help="Such as sales, support or finance.")] = None,
    workspace: TeamId = None,
) -> None:
    """Set a person's role, manager or department."""
    if role is None and manager is None and department is None:
        raise Refused("Nothing to set. Add --role, --manager or --department.")
    with open_database() as db, db.transaction() as session:
        where = workspaces.pick(session, workspace).id
        for slack in filter(None, (slack_id, manager)):
            if members.find(Work(session, where, utc_now()), slack) is None:
                raise Refused(f"{slack} is not known here. Run: python -m bot sync")
        before = members.find(Work(session, where, utc_now()), slack_id)
        person = members.set_role(
            Work(session, where, utc_now()), slack_id, role or (before.role if before else ""), manager, department
        )
        boss = members.by_id(Work(session, where, utc_now()), person.manager_id) if person.manager_id else None
    reports = f", reports to {boss.name}" if boss else ""
    typer.echo(f"{person.name or slack_id}: {person.role}, {person.department}{reports}.")
