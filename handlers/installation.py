"""When the app is taken out of the workspace, or its token taken back: stop, and say so to those who look."""

from __future__ import annotations

import logging

from bot.workspace import settings as workspace_settings
from handlers.inbound.request import SlackEvent
from handlers.inbound.router import Router

log = logging.getLogger(__name__)

UNINSTALLED = "The app was removed from the workspace. Install it again, then restart the bot."
REVOKED = "The bot token was revoked. Install the app again and set the new SLACK_BOT_TOKEN."


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("app_uninstalled", hear_uninstalled)
    router.event("tokens_revoked", hear_revoked)


def hear_uninstalled(heard: SlackEvent) -> None:
    """Nothing can be sent any more."""
    _stop(heard, UNINSTALLED)


def hear_revoked(heard: SlackEvent) -> None:
    """The same, when it was the bot's own token."""
    if (heard.event.get("tokens") or {}).get("bot"):
        _stop(heard, REVOKED)


def _stop(heard: SlackEvent, reason: str) -> None:
    log.error("%s", reason)
    with heard.transaction() as work:
        workspace_settings.stop(work, reason)
