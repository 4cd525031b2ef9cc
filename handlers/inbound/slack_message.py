"""A message somebody points at: fetched from Slack, and read as a touchpoint would tell it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import Refused
from bot.slack import plain_text
from bot.touchpoints import queries
from bot.workspace import members, workspaces
from bot.workspace.members import MemberView, Outside
from handlers.inbound import identity

log = logging.getLogger(__name__)

NOT_THERE = ("channel_not_found", "not_in_channel", "thread_not_found", "message_not_found", "missing_scope")


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """One message as people see it. `author` is of the team; `stranger` names one of another company.

    `unfit` says why it is no word with a customer by itself: its writer is a guest here, an app, or has left.
    """

    channel: str
    ts: str
    thread_ts: str
    at: datetime
    words: str
    author: MemberView | None
    stranger: str
    permalink: str
    writer: str = ""
    unfit: str = ""

    @property
    def key(self) -> str:
        """By what it is known, whoever logs it."""
        return queries.message_key(self.channel, self.ts)


def fetch(client: WebClient, channel: str, ts: str) -> Mapping[str, Any] | None:
    """The message from Slack; None when it is gone, or the bot cannot read there. Other failures are raised."""
    try:
        top = client.conversations_history(channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1)
        found = _of(top.get("messages"), ts)
        if found is None:
            replies = client.conversations_replies(channel=channel, ts=ts, latest=ts, oldest=ts, inclusive=True)
            found = _of(replies.get("messages"), ts)
    except SlackApiError as error:
        if error.response.get("error") not in NOT_THERE:
            raise
        log.info("a message in %s cannot be read: %s", channel, error.response.get("error"))
        return None
    return found


def look(
    db: Database, client: WebClient, workspace_id: int, channel: str, message: Mapping[str, Any], now: datetime
) -> SlackMessage:
    """A message with its author looked up: one of the team, one of another company, or someone who is no customer.

    Raises Refused when Slack cannot be asked who the author is.
    """
    slack_id, ts = str(message.get("user") or ""), str(message["ts"])
    is_person = bool(slack_id) and not message.get("bot_id")
    author = identity.person_of(db, client, workspace_id, slack_id, now) if is_person else None
    outside = None if author is not None else _outside(db, client, workspace_id, slack_id if is_person else "", now)
    with Work.reading(db, workspace_id, now) as work:
        known = members.find(work, slack_id) if is_person else None
        names = queries.names_of(work, plain_text.people_in(message))
    writer = author.name if author else known.name if known else _posted_as(message)
    return SlackMessage(
        channel=channel,
        ts=ts,
        thread_ts=str(message.get("thread_ts") or ts),
        at=moment_of(ts, now),
        words=plain_text.as_seen(message, names),
        author=author,
        stranger=writer if outside is Outside.COMPANY else "",
        permalink=_permalink(client, channel, ts),
        writer=writer,
        unfit=_UNFIT.get(outside, "") if outside else "",
    )


def _outside(db: Database, client: WebClient, workspace_id: int, slack_id: str, now: datetime) -> Outside:
    """In what way the writer is not of the team: only someone of another company can be the customer."""
    if not slack_id:
        return Outside.APP
    try:
        user = client.users_info(user=slack_id).get("user") or {"id": slack_id}
    except SlackApiError as error:
        if error.response.get("error") in ("user_not_found", "user_not_visible"):
            return Outside.GONE
        raise Refused(identity.CANNOT_CHECK) from error
    except OSError as error:
        raise Refused(identity.CANNOT_CHECK) from error
    with Work.reading(db, workspace_id, now) as work:
        return members.outside_as(user, workspaces.team_of(work)) or Outside.GONE


def _posted_as(message: Mapping[str, Any]) -> str:
    return str(message.get("username") or (message.get("bot_profile") or {}).get("name") or "An app")


_UNFIT = {
    Outside.GUEST: "is a guest in this workspace",
    Outside.APP: "is an app",
    Outside.GONE: "is not in the team any more",
}


def moment_of(ts: str, now: datetime) -> datetime:
    """When a message was written. Slack's clock may be a little ahead of ours, and nothing is logged ahead of time."""
    return min(datetime.fromtimestamp(float(ts), UTC), now)


def has_reaction(message: Mapping[str, Any], name: str, slack_id: str) -> bool:
    """Whether this person's reaction is still there. Slack lists only some of many people: then it is taken to be."""
    for reaction in message.get("reactions") or ():
        if reaction.get("name") == name:
            users = reaction.get("users") or []
            return slack_id in users or int(reaction.get("count") or 0) > len(users)
    return False


def reacted(message: Mapping[str, Any], name: str) -> list[str]:
    """Who has given this reaction, in the order in which Slack lists them."""
    found = (reaction for reaction in message.get("reactions") or () if reaction.get("name") == name)
    return [str(user) for reaction in found for user in reaction.get("users") or ()]


def _of(messages: Any, ts: str) -> Mapping[str, Any] | None:
    return next((message for message in messages or () if message.get("ts") == ts), None)


def _permalink(client: WebClient, channel: str, ts: str) -> str:
    try:
        return str(client.chat_getPermalink(channel=channel, message_ts=ts).get("permalink") or "")
    except (SlackApiError, OSError) as error:
        log.info("no permalink: %s", type(error).__name__)
        return ""
