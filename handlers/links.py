"""A link to an account, posted where only the team reads: its short card comes up under it."""

from __future__ import annotations

import logging
import re
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.errors import Refused
from bot.services import finding, story
from bot.slack.messages.account import preview
from handlers import guards, readers
from handlers.requests import Heard
from handlers.router import Router

log = logging.getLogger(__name__)

ACCOUNT = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/a/(\d{1,17})/?(?:[?#].*)?")


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("link_shared", show_accounts)


def show_accounts(heard: Heard) -> None:
    """Unfurl links to accounts. Outsiders' links, and links where outsiders read, stay as they are."""
    event = heard.event
    numbers = {str(link["url"]): int(found[1]) for link in event.get("links", ()) if (found := _account(link))}
    channel, ts = str(event.get("channel") or ""), str(event.get("message_ts") or "")
    # A link in a message that is still being written has no channel yet: who will read it is not known.
    if not numbers or event.get("source") == "composer":
        return
    try:
        person = guards.person_of(heard.db, heard.client, heard.workspace_id, str(event.get("user")), heard.now)
    except Refused:
        return
    if person is None or not guards.is_private_place(
        heard.db, heard.client, heard.workspace_id, person, channel, heard.now
    ):
        return
    if readers.team_that_reads(heard.db, heard.client, heard.workspace_id, channel, heard.now) is None:
        return
    previews: dict[str, Any] = {}
    with heard.db.reading() as session:
        for url, number in numbers.items():
            if finding.account_named(session, heard.workspace_id, number) is not None:
                card = story.card(session, heard.workspace_id, number, person.timezone, heard.now)
                previews[url] = preview(card)
    if not previews:
        return
    try:
        heard.client.chat_unfurl(channel=channel, ts=ts, unfurls=previews)
    except (SlackApiError, OSError) as error:
        log.info("a link could not be unfurled: %s", type(error).__name__)


def _account(link: dict[str, Any]) -> re.Match[str] | None:
    return ACCOUNT.fullmatch(str(link.get("url", "")))
