"""What Slack tells of channels, above all that another company has begun to read along."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.workspace import channels
from handlers.inbound.request import SlackEvent
from handlers.inbound.router import Router

log = logging.getLogger(__name__)


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("channel_shared", hear_shared)
    router.event("channel_unshared", hear_unshared)
    router.event("member_joined_channel", hear_joined)
    router.event("member_left_channel", hear_left)
    for type in (
        "channel_archive",
        "channel_unarchive",
        "channel_rename",
        "group_archive",
        "group_unarchive",
        "group_rename",
    ):
        router.event(type, look_again)


def hear_shared(heard: SlackEvent) -> None:
    """From now on nothing of the team stands or comes there."""
    with heard.transaction() as work:
        channels.mark_shared(work, _channel(heard), True)


def hear_unshared(heard: SlackEvent) -> None:
    """One company left. Others may still read along: whoever delivers asks Slack, and brings back what lives on."""
    shared = bool(heard.event.get("is_ext_shared"))
    with heard.transaction() as work:
        channels.mark_shared(work, _channel(heard), shared)


def hear_joined(heard: SlackEvent) -> None:
    """The bot was invited: see what kind of channel that is. Anyone else may be a guest, who must not read on."""
    if heard.event.get("user") == heard.bot_user_id:
        look_again(heard)
        return
    with heard.transaction() as work:
        channels.forget(work, _channel(heard))
        channels.look_who_reads(work, _channel(heard))


def hear_left(heard: SlackEvent) -> None:
    """It may have been the guest because of whom the channel was held back: whoever delivers asks who is left."""
    with heard.transaction() as work:
        channels.members_changed(work, _channel(heard))


def look_again(heard: SlackEvent) -> None:
    """Ask Slack what the channel is like now."""
    channel = _channel(heard)
    try:
        info: dict[str, Any] | None = heard.client.conversations_info(channel=channel).get("channel")
    except (SlackApiError, OSError) as error:
        log.info("conversations.info of %s failed: %s", channel, type(error).__name__)
        info = None
    with heard.transaction() as work:
        if info:
            channels.remember(work, info)
        else:
            channels.forget(work, channel)


def _channel(heard: SlackEvent) -> str:
    channel = heard.event.get("channel")
    return str(channel["id"] if isinstance(channel, dict) else channel)
