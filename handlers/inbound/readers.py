"""Who reads a channel: looked at person by person before a story is put where everyone there can read it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.audience import Audience, Unknown, Why, closed
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import Refused
from bot.story import share
from bot.workspace import channels, members, workspaces
from bot.workspace.settings import CLOSED
from handlers.inbound import identity
from handlers.inbound.request import Request

log = logging.getLogger(__name__)

NOT_FOUND_OUT = "I cannot find out who reads that channel. Try again in a minute, or choose a smaller one."

MOST_READERS = 999
MOST_PAGES = 3
"""A page may be short, or empty, with more behind it."""
MOST_ASKED = 20
"""Strangers that are asked about in one go: Slack waits three seconds for us."""


def team_that_reads(
    db: Database, client: WebClient, workspace_id: int, channel: str, now: datetime
) -> list[str] | None:
    """The names of everyone in a channel, when all are of the team; apps do not count.

    None when someone else reads there, and when it cannot be found out.
    """
    has_guests, readers = who_reads(db, client, workspace_id, channel, now)
    if has_guests is not False:
        return None
    with Work.reading(db, workspace_id, now) as work:
        return share.names_among(work, readers)


def who_reads(
    db: Database, client: WebClient, workspace_id: int, channel: str, now: datetime
) -> tuple[bool | None, list[str]]:
    """Whether somebody in a channel is not of the team, None when that cannot be found out, and who is in it."""
    try:
        readers = _members_of(client, channel)
        if readers is None:
            return None, []
        with Work.reading(db, workspace_id, now) as work:
            strangers = share.strangers_among(work, readers)
            team_id = workspaces.team_of(work)
        if len(strangers) > MOST_ASKED:
            return None, readers
        users = [client.users_info(user=slack_id).get("user") or {} for slack_id in strangers]
    except (SlackApiError, OSError) as error:
        log.info("who reads %s could not be found out: %s", channel, type(error).__name__)
        return None, []
    people = [user for user in users if not members.is_app(user)]
    if any(members.is_outsider(user, team_id) for user in people):
        return True, readers
    if people:
        with Work.writing(db, workspace_id, now) as work:
            for user in people:
                members.remember(work, user)
    return False, readers


def require_open(request: Request, chosen: Sequence[str | None], guests_may_read: bool) -> None:
    """Refused, with what to do, for a chosen channel that not only the team reads, or of which that is not known."""
    identity.look_at_channels(request, chosen)
    here = (request.db, request.client, request.workspace_id)
    for channel in [one for one in chosen if one]:
        with request.reading() as work:
            shared = channels.is_shared(work, channel)
        audience = Audience(is_shared=shared)
        if closed(audience, guests_may_read) is Unknown.MEMBERS:
            audience = replace(audience, has_guests=who_reads(*here, channel, request.now)[0])
        why = closed(audience, guests_may_read)
        if why is not None:
            raise Refused(CLOSED[why] if isinstance(why, Why) else NOT_FOUND_OUT)


def _members_of(client: WebClient, channel: str) -> list[str] | None:
    """Who is in a channel, read in as few pages as Slack makes of it; None when they are too many for three seconds."""
    found: list[str] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = client.conversations_members(channel=channel, limit=MOST_READERS, cursor=cursor)
        found += answer.get("members") or []
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return found if len(found) <= MOST_READERS else None
    return None
