"""Who is in the workspace and which channels there are, read from Slack in pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.app import Bot
from bot.db.work import Work
from bot.errors import Refused
from bot.workspace import channels, members

log = logging.getLogger(__name__)

PAGE = 200


@dataclass(frozen=True, slots=True)
class Read:
    """How many people and channels were read."""

    people: int
    channels: int


def read_roster(bot: Bot) -> Read:
    """Remember all people and channels as Slack shows them now; raises Refused when Slack does not let us."""
    client = WebClient(token=bot.settings.bot_token, base_url=bot.settings.api_url, timeout=30)
    # These lists are rate-limited page by page, and here, unlike in a handler, there is time to wait.
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=20))
    people = 0
    for page in _pages(client, "users.list", "members"):
        with Work.writing(bot.db, bot.workspace_id, bot.clock()) as work:
            for user in page:
                members.remember(work, user)
        people += len(page)
    rooms = 0
    for page in _pages(client, "conversations.list", "channels", types="public_channel,private_channel"):
        with Work.writing(bot.db, bot.workspace_id, bot.clock()) as work:
            for channel in page:
                channels.remember(work, channel)
        rooms += len(page)
    return Read(people, rooms)


def read_roster_if_empty(bot: Bot) -> None:
    """At the first start nobody is known yet. Not being allowed to look is no reason not to start."""
    with Work.reading(bot.db, bot.workspace_id, bot.clock()) as work:
        if members.everyone(work):
            return
    try:
        read = read_roster(bot)
    except Refused as refused:
        log.warning("The people of the workspace could not be read: %s", refused.message)
        return
    log.info("Read %s people and %s channels.", read.people, read.channels)


def _pages(client: WebClient, method: str, field: str, **more: Any) -> Iterator[list[dict[str, Any]]]:
    cursor = ""
    while True:
        try:
            answer = client.api_call(method, params={"limit": PAGE, "cursor": cursor, **more})
        except SlackApiError as error:
            reason = error.response.get("error", "unknown")
            needed = error.response.get("needed")
            scope = f" It needs the scope {needed}." if needed else ""
            raise Refused(f"Slack refused {method} ({reason}).{scope}") from None
        yield answer[field]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return
