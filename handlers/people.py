"""What Slack tells of people: someone changed, and may have become a guest."""

from __future__ import annotations

from bot.services import members
from handlers.requests import Heard
from handlers.router import Router


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("user_change", hear_changed)


def hear_changed(heard: Heard) -> None:
    """Keep what is new about someone we know."""
    user = heard.event["user"]
    with heard.db.transaction() as session:
        if members.find(session, heard.workspace_id, str(user["id"])) is not None:
            members.remember(session, heard.workspace_id, user, heard.now)
