"""The Home tab: what waits for a person."""

from __future__ import annotations

from bot.errors import Refused
from bot.rules.calendar import local_date
from bot.services import desks
from bot.slack.messages.desk import closed_home, home_view
from handlers import guards
from handlers.requests import Heard
from handlers.router import Router


def register(router: Router) -> None:
    """Tell the router what is heard here."""
    router.event("app_home_opened", show_home)


def show_home(heard: Heard) -> None:
    """Draw the Home tab anew each time it is opened."""
    if heard.event.get("tab", "home") != "home":
        return
    slack_id = str(heard.event["user"])
    try:
        person = guards.person_of(heard.db, heard.client, heard.workspace_id, slack_id, heard.now)
    except Refused:
        return
    if person is None:
        heard.client.views_publish(user_id=slack_id, view=closed_home())
        return
    with heard.db.reading() as session:
        desk = desks.desk_of(session, heard.workspace_id, person.id, local_date(heard.now, person.timezone))
    heard.client.views_publish(user_id=slack_id, view=home_view(desk))
