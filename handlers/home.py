"""The Home tab: my desk, drawn when it is opened and after each change by its person; and their own settings."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.accounts import return_summary
from bot.core import countries
from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.core.hours import still_away
from bot.db.engine import Database
from bot.db.work import Work
from bot.digests import jobs as digest_jobs
from bot.digests.messages import why_view as why_digest
from bot.errors import Refused
from bot.home import desk
from bot.home.forms import Wanted, read_settings, settings_form
from bot.home.messages import closed_home, home_view
from bot.slack.commands import prefixed
from bot.slack.ids import ActionId, ViewId
from bot.slack.outcomes import Status, outcome_of
from bot.workspace import preferences
from bot.workspace.members import MemberView
from bot.workspace.preferences import Preferences
from bot.workspace.reasons import coming_line
from handlers.inbound import identity
from handlers.inbound.debounce import LONGEST
from handlers.inbound.request import OpenModal, Request, Response, SlackEvent
from handlers.inbound.router import Router

log = logging.getLogger(__name__)

AGAIN = 5
"""Seconds until a Home is drawn again that Slack did not answer to."""


def register(router: Router) -> None:
    """Tell the router what is handled and heard here."""
    router.event("app_home_opened", show_home)
    router.action(ActionId.HOME_SETTINGS, open_settings)
    router.action(ActionId.HIDE_TOUR, hide_tour)
    router.action(ActionId.WHY_DIGEST, open_why_digest)
    router.submit(ViewId.HOME_SETTINGS, submit_settings)
    router.after_changes(redraw)


def show_home(heard: SlackEvent) -> None:
    """Draw the Home tab anew each time it is opened."""
    if heard.event.get("tab", "home") != "home":
        return
    slack_id = str(heard.event["user"])
    try:
        person = identity.person_of(heard.db, heard.client, heard.workspace_id, slack_id, heard.now)
    except Refused:
        return
    if person is None:
        heard.client.views_publish(user_id=slack_id, view=closed_home())
        return
    try:
        is_first = publish(heard.db, heard.client, heard.workspace_id, person, heard.now, heard.prefix)
    except (SlackApiError, OSError, HTTPException) as error:
        outcome = outcome_of(error)
        if outcome.end not in (Status.LATER, Status.UNKNOWN):
            raise
        # Slack would send the event again, but not for as long as it asks us to wait.
        later(heard, person, outcome.retry_after or AGAIN)
        return
    if is_first:
        with heard.transaction() as work:
            preferences.opened_home(work, person.id)


def later(heard: SlackEvent, person: MemberView, wait: float) -> None:
    """Draw someone's Home when Slack takes it again, `wait` seconds from now; the next opening does it anyway."""

    def draw() -> None:
        try:
            publish(heard.db, heard.client, heard.workspace_id, person, heard.now, heard.prefix)
        except Exception as error:
            log.info("a Home tab could not be drawn: %s", type(error).__name__)

    log.info("a Home tab is drawn %s seconds later, since Slack asks to wait", round(wait))
    again = threading.Timer(min(LONGEST, wait), draw)
    again.daemon = True
    again.start()


def redraw(request: Request) -> None:
    """A person has changed something: their Home, if they have one open somewhere, shows it."""
    with request.reading() as work:
        has_home = preferences.read(work, request.person.id).has_home
    if has_home:
        publish(request.db, request.client, request.workspace_id, request.person, request.now, request.prefix)


def publish(
    db: Database, client: WebClient, workspace_id: int, person: MemberView, now: datetime, prefix: str = ""
) -> bool:
    """Draw someone's Home; True when it is the first one. Where Slack takes no table, the same is said in lines."""
    with Work.reading(db, workspace_id, now) as work:
        home = desk.home_of(work, person)
    try:
        client.views_publish(user_id=person.slack_id, view=prefixed(home_view(home), prefix))
    except SlackApiError as error:
        if outcome_of(error).end is not Status.BAD_BLOCKS:
            raise
        client.views_publish(user_id=person.slack_id, view=prefixed(home_view(home, plain=True), prefix))
    return home.is_first


def hide_tour(request: Request) -> None:
    """Put the first steps away; the Home is drawn anew without them."""
    with request.writing() as work:
        preferences.hide_tour(work, request.person.id)


def open_why_digest(request: Request) -> Response:
    """Why a digest came, and when the next one is looked for."""
    with request.reading() as work:
        at = digest_jobs.next_at(work, request.person.id)
    day = spoken_day(local_date(at, request.person.timezone), request.today) if at else ""
    following = coming_line(day, "A digest, if something is new by then")
    return OpenModal(why_digest(request.value, following), request.how)


def open_settings(request: Request) -> Response:
    """My settings."""
    with request.reading() as work:
        now = preferences.read(work, request.person.id)
    away = still_away(now.away_until, request.today)
    return OpenModal(
        settings_form(Wanted(now.start, now.end, now.by_dm, now.digest, away, now.stand_in, now.country), now.zone),
        request.how,
    )


def submit_settings(request: Request) -> None:
    """Keep them."""
    person = request.person
    wanted = read_settings(request.view)
    to = Preferences(
        person.slack_id,
        person.timezone,
        wanted.start,
        wanted.end,
        wanted.by_dm,
        wanted.digest,
        wanted.away_until,
        country=countries.code_of(wanted.country),
        stand_in=wanted.stand_in,
    )
    with request.writing() as work:
        preferences.change(work, person.id, to)
        return_summary.came_back(work, person.id)
        digest_jobs.replan(work, person.id)
