"""Who reads a channel: looked at person by person before a story is put where everyone there can read it."""

from __future__ import annotations

import logging
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.db.engine import Database
from bot.story import share
from bot.workspace import members, workspaces

log = logging.getLogger(__name__)

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
    try:
        readers = _members_of(client, channel)
        if readers is None:
            return None
        with db.reading() as session:
            strangers = share.strangers_among(session, workspace_id, readers)
            team_id = workspaces.team_of(session, workspace_id)
        if len(strangers) > MOST_ASKED:
            return None
        users = [client.users_info(user=slack_id).get("user") or {} for slack_id in strangers]
    except (SlackApiError, OSError) as error:
        log.info("who reads %s could not be found out: %s", channel, type(error).__name__)
        return None
    people = [user for user in users if not members.is_app(user)]
    if any(members.is_outsider(user, team_id) for user in people):
        return None
    if people:
        with db.transaction() as session:
            for user in people:
                members.remember(session, workspace_id, user, now)
    with db.reading() as session:
        return share.names_among(session, workspace_id, readers)


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
