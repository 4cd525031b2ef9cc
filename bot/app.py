"""Where the parts meet, and the only place that holds a clock."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.error import URLError

from apscheduler.schedulers import SchedulerNotRunningError
from slack_bolt import App, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import features, logs
from bot.agenda import sweep
from bot.db import schema
from bot.db.engine import Database
from bot.db.readiness import Readiness
from bot.db.work import Work
from bot.errors import Refused
from bot.settings import Settings
from bot.slack.commands import prefixed
from bot.slack.renderers import render
from bot.slack.sender import answering_client, sending_client
from bot.workspace import workspaces
from bot.workspace.retention import plan_prune
from bot.workspace.settings import plan_by_new_defaults
from handlers import register_all
from handlers.inbound.router import Router
from scheduler.heartbeats import Heartbeats
from scheduler.steady import monotonic
from scheduler.worker import Worker

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

STOP_WITHIN = 15
"""Seconds the send in flight gets when the process is asked to end."""

PATIENCE = 120
"""Seconds that the heartbeats let a transaction take; one chunk of theirs takes a few at most."""


def utc_now() -> datetime:
    """The real time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Bot:
    """All parts of a bot for one workspace, put together and not yet running."""

    settings: Settings
    clock: Clock
    db: Database
    client: WebClient
    bolt: App
    router: Router
    driver: Worker
    heartbeats: Heartbeats
    readiness: Readiness
    workspace_id: int

    def start(self) -> None:
        """Begin to run jobs and to deliver."""
        self.heartbeats.start()

    def stop(self) -> None:
        """Finish the send in flight, give the lease back, and close; also before it was started."""
        with suppress(SchedulerNotRunningError):
            self.heartbeats.stop(STOP_WITHIN)
        self.db.close()

    def not_ready(self) -> str:
        """Why this process cannot do its work just now; empty when it can. Answers within two seconds in any case."""
        return self.readiness.missing()


def threads(settings: Settings, db: Database) -> int:
    """How many requests are served at once: more only help where writers do not wait for each other."""
    return settings.threads or (4 if db.is_sqlite else 16)


def require_complete(settings: Settings) -> None:
    """Raise Refused, naming the variable to set, when these settings cannot run a bot."""
    if not settings.bot_token:
        raise Refused("SLACK_BOT_TOKEN is not set. Put it into .env, or try everything without one: make demo")
    if not settings.app_token and not settings.signing_secret:
        raise Refused("Set SLACK_APP_TOKEN to use Socket Mode, or SLACK_SIGNING_SECRET to serve HTTP.")
    # Bolt reads these two by itself and then asks for an installation by OAuth, which this bot does not use.
    if {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"} <= os.environ.keys():
        raise Refused("Unset SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: this bot uses the token of one workspace.")


def who_am_i(client: WebClient) -> dict[str, Any]:
    """Slack's answer to auth.test; raises Refused when the token is not good or Slack does not answer."""
    try:
        response = client.auth_test()
    except SlackApiError as error:
        reason = error.response.get("error", "unknown")
        raise Refused(f"Slack does not accept SLACK_BOT_TOKEN ({reason}). Copy it again from the app's page.") from None
    except (URLError, OSError) as error:
        raise Refused(f"Slack cannot be reached ({error}). Check the network and SLACK_API_URL.") from None
    return {name: response.get(name) or "" for name in ("team_id", "team", "user_id", "url")}


def build(settings: Settings, clock: Clock = utc_now, holder: str | None = None) -> Bot:
    """Put a bot together; raises Refused when settings, token or schema do not allow it to run.

    `holder` names this worker in the lease; by default a name that no other worker has.
    """
    features.install()
    require_complete(settings)
    client = sending_client(settings.bot_token, settings.api_url)
    me = who_am_i(client)
    db = Database(settings.database_url, patience=PATIENCE)
    schema.require_current(db)
    with db.transaction() as session:
        workspace_id = workspaces.ensure(session, me["team_id"], me["team"], me["user_id"], settings, clock())
        plan_prune(Work(session, workspace_id, clock()))
        sweep.begin(Work(session, workspace_id, clock()))
        plan_by_new_defaults(Work(session, workspace_id, clock()))
    driver = Worker(
        db=db,
        clock=clock,
        client_for={workspace_id: client}.get,
        render=lambda kind, facts: prefixed(render(kind, facts), settings.command_prefix),
        holder=holder or f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
        posts_per_minute=settings.posts_per_minute,
        steady=monotonic if clock is utc_now else None,
    )
    heartbeats = Heartbeats(driver)
    router = Router(
        db, clock, workspace_id, me["team_id"], heartbeats.nudge, settings.base_url, settings.command_prefix
    )
    register_all(router)
    bolt = bolt_app(settings, client)
    router.attach(bolt)
    readiness = Readiness(lambda: _missing(db, workspace_id, clock))
    return Bot(settings, clock, db, client, bolt, router, driver, heartbeats, readiness, workspace_id)


def _missing(db: Database, workspace_id: int, clock: Clock) -> str:
    try:
        schema.require_current(db)
    except Refused as refused:
        return refused.message
    with Work.reading(db, workspace_id, clock()) as work:
        driver = workspaces.driver_of(work)
    return "" if driver else "Nobody runs jobs and speaks for this workspace just now."


def bolt_app(settings: Settings, client: WebClient) -> App:
    """Bolt as this project uses it: one process, the answer after the work, the token checked once."""
    logs.guard_bolt()
    bolt = App(
        # Not named, it would look up the file that calls it, through all that is imported: a tenth of a second.
        name="perennial",
        client=answering_client(client),
        signing_secret=settings.signing_secret,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        # The door (bot/running/http.py) has looked at the signature, before it read a word; no workflow step is ours.
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
    )
    bolt.error(_trouble)
    return bolt


def _trouble(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
    """What Bolt does not know is acknowledged, or it would come again; a failure of ours is not, so that it does."""
    if not isinstance(error, BoltUnhandledRequestError):
        log.exception("a request from Slack could not be served")
        return None
    if body.get("type") == "app_rate_limited":
        log.warning("Slack holds back events: it had more than 30,000 within an hour")
    else:
        log.warning("a request of the type %s is nothing this bot knows", body.get("type"))
    return BoltResponse(status=200)
