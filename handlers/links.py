"""A link to an account, posted where only the team reads: its short card comes up under it."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from bot import story
from bot.accounts import search as account_search
from bot.accounts.crm_links import crm_id_in, number_in
from bot.db.work import Work
from bot.errors import Refused
from bot.posts.previews import record as record_preview
from bot.story.messages.card import preview
from handlers.inbound import identity, readers
from handlers.inbound.request import SlackEvent
from handlers.inbound.router import Router

log = logging.getLogger(__name__)


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("link_shared", show_accounts)


def show_accounts(heard: SlackEvent) -> None:
    """Unfurl links to accounts. Outsiders' links, and links where outsiders read, stay as they are."""
    event = heard.event
    urls = [str(link.get("url", "")) for link in event.get("links", ())]
    wanted = [url for url in urls if crm_id_in(heard.base_url, url) or number_in(url)]
    channel, ts = str(event.get("channel") or ""), str(event.get("message_ts") or "")
    # A link in a message that is still being written has no channel yet: who will read it is not known.
    if not wanted or event.get("source") == "composer":
        return
    try:
        person = identity.person_of(heard.db, heard.client, heard.workspace_id, str(event.get("user")), heard.now)
    except Refused:
        return
    if person is None or not identity.is_private_place(
        heard.db, heard.client, heard.workspace_id, person, channel, heard.now
    ):
        return
    if readers.team_that_reads(heard.db, heard.client, heard.workspace_id, channel, heard.now) is None:
        return
    previews: dict[str, Any] = {}
    with heard.reading() as work:
        for url in wanted:
            account = _account(work, heard, url)
            if account is not None:
                card = story.card(work, account.id, person.timezone)
                previews[url] = preview(card)
    if not previews:
        return
    # Before it is shown, so that it is emptied whatever happens here.
    with heard.transaction() as work:
        record_preview(work, channel, ts, previews)
    try:
        heard.client.chat_unfurl(channel=channel, ts=ts, unfurls=previews)
    except (SlackApiError, OSError) as error:
        log.info("a link could not be unfurled: %s", type(error).__name__)


def _account(work: Work, heard: SlackEvent, url: str) -> account_search.Found | None:
    crm_id, number = crm_id_in(heard.base_url, url), number_in(url)
    if crm_id is not None:
        return account_search.account_by_crm_id(work, crm_id)
    return account_search.account_named(work, number) if number is not None else None
