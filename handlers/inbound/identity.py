"""Who asks, and where the answer may be read. Everything else comes after."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.audience import Audience, closed
from bot.db.engine import Database
from bot.db.work import Work
from bot.errors import Refused
from bot.workspace import channels, members
from bot.workspace.members import MemberView
from handlers.inbound.request import Request

log = logging.getLogger(__name__)
Known = TypeVar("Known")

REFUSAL = "Sorry, this is only for members of the team."
CANNOT_CHECK = "I could not check with Slack who you are. Nothing was changed. Please try again in a minute."


def person_of(db: Database, client: WebClient, workspace_id: int, slack_id: str, now: datetime) -> MemberView | None:
    """The person behind a Slack id, asked of Slack at most once a day; None for anyone who is not of the team.

    Raises Refused when Slack cannot be asked: someone who may have become a guest is not let in on old knowledge.
    """
    person = _known(db, members.find, workspace_id, slack_id, now)
    if person is None or not person.is_fresh(now):
        person = _ask(db, client, workspace_id, slack_id, now)
    return None if person is None or person.is_outsider else person


def _known(db: Database, find: Callable[[Work, str], Known], workspace_id: int, slack_id: str, now: datetime) -> Known:
    """What is known of a person or channel, kept for the next request that asks the same."""
    return db.recall(
        (find, workspace_id, slack_id), now, lambda session: find(Work(session, workspace_id, now), slack_id)
    )


def _ask(db: Database, client: WebClient, workspace_id: int, slack_id: str, now: datetime) -> MemberView | None:
    try:
        user = client.users_info(user=slack_id).get("user")
    except SlackApiError as error:
        if error.response.get("error") in ("user_not_found", "user_not_visible"):
            return None
        log.warning("users.info failed: %s", error.response.get("error"))
        raise Refused(CANNOT_CHECK) from error
    except OSError as error:
        log.warning("users.info got no answer: %s", type(error).__name__)
        raise Refused(CANNOT_CHECK) from error
    with Work.writing(db, workspace_id, now) as work:
        return members.remember(work, user or {"id": slack_id, "deleted": True})


def look_at_channels(request: Request, chosen: Iterable[str | None]) -> None:
    """Ask Slack what the chosen channels are like, so that a shared one is refused; Refused when we cannot see one."""
    for channel in chosen:
        if channel is None:
            continue
        try:
            info = request.client.conversations_info(channel=channel).get("channel") or {}
        except (SlackApiError, OSError) as error:
            raise Refused("I cannot see that channel. Invite me there first, then save again.") from error
        with request.transaction() as work:
            channels.remember(work, info)


def is_private_place(
    db: Database, client: WebClient, workspace_id: int, person: MemberView, channel: str | None, now: datetime
) -> bool:
    """Whether an answer for the person's eyes alone may be given in `channel`, where guests of the team may be.

    Where that cannot be found out it may not.
    """
    if channel is None or channel == person.dm_channel:
        return channel is not None
    shared = _known(db, channels.is_shared, workspace_id, channel, now)
    if shared is None:
        shared = _ask_whether_shared(db, client, workspace_id, person, channel, now)
    return closed(Audience(is_shared=shared), guests_may_read=True) is None


def _ask_whether_shared(
    db: Database, client: WebClient, workspace_id: int, person: MemberView, channel: str, now: datetime
) -> bool | None:
    """What Slack says of a place; None where it does not say, and of a talk of somebody else."""
    try:
        info = client.conversations_info(channel=channel).get("channel")
    except (SlackApiError, OSError) as error:
        log.info("conversations.info of %s failed: %s", channel, type(error).__name__)
        return None
    if not info or (info.get("is_im") and info.get("user") != person.slack_id):
        return None
    with Work.writing(db, workspace_id, now) as work:
        channels.remember(work, info)
    return channels.shared_externally(info)
