"""An account's story as its card in Slack tells it, now or as it stood on a past day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from bot import story
from bot.app import utc_now
from bot.cli.explain import account_named
from bot.cli.members import TeamId
from bot.cli.session import open_database
from bot.core.calendar import local_date, local_moment
from bot.db.work import Work
from bot.errors import Refused
from bot.slack.plain_text import as_seen
from bot.story.messages.card import told_lines
from bot.workspace import context, workspaces


def show_story(
    account: Annotated[str, typer.Argument(help="The account's name, or a part of it.")],
    as_of: Annotated[str, typer.Option(help="The day to tell of, as 2026-06-30. Today if not given.")] = "",
    known_at: Annotated[
        str, typer.Option(help="Contracts, touches and follow-ups as they were known at the end of this day.")
    ] = "",
    workspace: TeamId = None,
) -> None:
    """Print the story of an account; with --as-of as it stood on that day, and what is not kept of it."""
    with open_database() as db, db.reading() as session:
        where = workspaces.pick(session, workspace)
        work = Work(session, where.id, utc_now())
        zone = context.of(work).zone
        today = local_date(work.now, zone)
        day, known = past_day(as_of, today), past_day(known_at, today)
        account_id = account_named(work, account)
        if day == today and not known_at:
            card = story.card(work, account_id, zone)
        else:
            card = story.card_on(work, account_id, day, zone, _end_of(known, zone) if known_at else None)
    for line in told_lines(card):
        typer.echo(as_seen({"text": line}, {}))


def past_day(written: str, today: date) -> date:
    """The day that an option gives, today without one; Refused for what is no day, or has not come yet."""
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


def _end_of(day: date, zone: str) -> datetime:
    return local_moment(day + timedelta(days=1), time(), zone)
