"""What Slack tells of people: someone changed, and may have become a guest."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError

from bot.home.messages import closed_home
from bot.workspace import channels, members
from handlers.inbound.request import SlackEvent
from handlers.inbound.router import Router

log = logging.getLogger(__name__)


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("user_change", hear_changed)


def hear_changed(heard: SlackEvent) -> None:
    """Keep what is new about someone we know. Who became a guest reads on neither at Home nor in a channel."""
    user = heard.event["user"]
    with heard.transaction() as work:
        known = members.find(work, str(user["id"]))
        if known is None:
            return
        person = members.remember(work, user)
        if person.is_outsider and not known.is_outsider:
            channels.look_who_reads(work)
        elif known.is_outsider and not person.is_outsider:
            channels.members_changed(work)
    if person.is_outsider and not known.is_outsider and not user.get("deleted"):
        _close_home(heard, person.slack_id)


def _close_home(heard: SlackEvent, slack_id: str) -> None:
    try:
        heard.client.views_publish(user_id=slack_id, view=closed_home())
    except (SlackApiError, OSError) as error:
        log.warning("the Home of %s could not be closed: %s", slack_id, type(error).__name__)
