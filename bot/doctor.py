"""What `doctor` looks at: each finding says whether it is well, and if not, what to do."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web import SlackResponse
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from bot.accounts.crm_links import PLACE
from bot.agenda import jobs
from bot.core.audience import Audience, Unknown, Why, closed
from bot.core.countries import country_of, country_of_zone
from bot.db import schema
from bot.db.engine import Database, trouble
from bot.db.work import Work
from bot.errors import Refused
from bot.manifest import SCOPES
from bot.models import Account, Delivery, Member, Route
from bot.settings import DOT_ENV, Settings
from bot.slack.outcomes import UNREADABLE
from bot.slack.samples import Sample, samples
from bot.workspace import channels, members, workspaces
from bot.workspace import settings as workspace_settings
from bot.workspace.workspaces import WorkspaceView
from handlers.inbound import readers

SKEW_SECONDS = 60
"""Slack refuses signatures older than five minutes; a clock that is one minute off is on its way there."""

REFUSALS = frozenset({"invalid_blocks", "invalid_message", "invalid_view"})
"""What blocks.validate answers when it was asked well and does not like what it saw."""

COUNTRIES_SHOWN = 8
READ_BY: Mapping[Why | Unknown | None, str] = {
    Why.SHARED: "shared with another company",
    Why.GUEST: "read by a guest",
}
CHANNELS_CHECKED = 50
"""Channels asked about in one checkup, within what Slack allows a minute."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `todo` is empty when it is well."""

    what: str
    seen: str
    todo: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done."""
        return not self.todo


def examine(settings: Settings, client: WebClient, db: Database, now: datetime) -> Iterator[Finding]:
    """Everything, one finding after the other, so that each can be shown as it comes."""
    team_id = ""
    for finding, team in _token(client, now):
        team_id = team or team_id
        yield finding
    yield from _transport(settings)
    yield from _private_files(settings)
    if settings.base_url and PLACE not in settings.base_url:
        yield Finding("Links", "BASE_URL has no {id} for the CRM's own id, so cards show no link to an account")
    try:
        schema.require_current(db)
    except Refused as refused:
        yield Finding("Schema", "not this version's", refused.message)
        return
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).partition("\n")[0]
        what_to_do = trouble(error) or "Check DATABASE_URL, and that the database is up."
        yield Finding("Database", f"cannot be used: {reason}", what_to_do)
        return
    yield Finding("Schema", "up to date")
    with db.reading() as session:
        if not team_id:
            # Without an answer from Slack nobody knows which workspace this is; the token comes first.
            return
        known = [w for w in workspaces.every(session) if w.team_id == team_id]
        if not known:
            yield Finding("Workspace", "not seen yet", "Run: python -m bot sync")
            return
        work = Work(session, known[0].id, now)
        yield from _workspace(work, known[0])
        wanted = _channels(work, known[0])
        guests_may_read = workspace_settings.read(work).guests_may_read
    yield from _channel_findings(client, wanted)
    for name, channel in (("fallback", known[0].fallback_channel), ("leadership", known[0].leadership_channel)):
        if channel:
            yield from _fixed_channel(client, db, known[0].id, name, channel, guests_may_read, now)


def examine_blocks(client: WebClient) -> Iterator[Finding]:
    """Every kind of message and view held against what the connected Slack takes; nothing is shown to anyone."""
    # Slack says that this method has limits of its own, and here there is time to wait.
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=20))
    try:
        me = str(client.auth_test()["user_id"])
        refused = looked = 0
        for sample in samples(me):
            looked += 1
            for what in _refused(client, sample):
                refused += 1
                todo = "Update the bot, or report this line: Slack may not show it."
                yield Finding("Blocks", f"{sample.kind}: {what}", todo)
    except SlackApiError as error:
        reason = str(error.response.get("error", "unknown"))
        yield Finding("Blocks", f"Slack could not be asked ({reason})", "Check SLACK_BOT_TOKEN and SLACK_API_URL.")
        return
    except (URLError, OSError) as error:
        yield Finding("Blocks", f"Slack cannot be reached ({error})", "Check the network and SLACK_API_URL.")
        return
    yield Finding("Blocks", f"{looked} messages and views shown to Slack, {refused or 'nothing'} refused")


def _refused(client: WebClient, sample: Sample) -> Iterator[str]:
    """What Slack refuses of one example, each with its JSON pointer."""
    try:
        client.api_call("blocks.validate", data={sample.form: json.dumps(sample.body)})
    except SlackApiError as error:
        code = str(error.response.get("error", "unknown"))
        if code not in REFUSALS:
            raise
        errors = error.response.get("errors") or [{"message": code}]
        for one in errors:
            yield f"{one.get('pointer') or '/'} {one.get('message') or one.get('code') or code}"


def _token(client: WebClient, now: datetime) -> Iterator[tuple[Finding, str]]:
    try:
        me = client.auth_test()
    except SlackApiError as error:
        reason = str(error.response.get("error", "unknown"))
        yield Finding("Token", f"refused ({reason})", "Copy SLACK_BOT_TOKEN again from the app's page."), ""
        return
    except (URLError, OSError) as error:
        yield Finding("Token", f"Slack cannot be reached ({error})", "Check the network and SLACK_API_URL."), ""
        return
    yield Finding("Token", f"{me['user']} in {me['team']}"), str(me["team_id"])
    yield _scopes(me), ""
    yield _clock(me, now), ""


def _scopes(me: SlackResponse) -> Finding:
    granted = {scope.strip() for scope in _header(me, "x-oauth-scopes").split(",") if scope.strip()}
    if not granted:
        return Finding("Scopes", "Slack did not name them; each call will tell")
    missing = [scope for scope in SCOPES if scope not in granted]
    if not missing:
        return Finding("Scopes", f"all {len(SCOPES)} granted")
    words = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
    return Finding("Scopes", f"missing: {words}", "Add them under OAuth & Permissions and reinstall the app.")


def _clock(me: SlackResponse, now: datetime) -> Finding:
    theirs = _header(me, "date")
    if not theirs:
        return Finding("Clock", "Slack did not tell the time")
    skew = abs((parsedate_to_datetime(theirs) - now).total_seconds())
    if skew <= SKEW_SECONDS:
        return Finding("Clock", f"within {skew:.0f} s of Slack's")
    return Finding("Clock", f"{skew:.0f} s away from Slack's", "Set this machine's clock, or let it use NTP.")


def _header(response: SlackResponse, name: str) -> str:
    headers = {key.lower(): value for key, value in (response.headers or {}).items()}
    value = headers.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _transport(settings: Settings) -> Iterator[Finding]:
    if settings.uses_socket_mode:
        client = WebClient(token=settings.app_token, base_url=settings.api_url, timeout=10, retry_handlers=[])
        try:
            client.apps_connections_open(app_token=settings.app_token)
        except SlackApiError as error:
            reason = error.response.get("error", "unknown")
            todo = "Make an app-level token with the scope connections:write and set SLACK_APP_TOKEN."
            yield Finding("Socket Mode", f"refused ({reason})", todo)
            return
        except (URLError, OSError) as error:
            yield Finding("Socket Mode", f"cannot be reached ({error})", "Check the network and SLACK_API_URL.")
            return
        yield Finding("Socket Mode", "can connect")
    elif settings.signing_secret:
        yield Finding("HTTP", f"listens on {settings.host}:{settings.port}, with a signing secret")
    else:
        todo = "Set SLACK_APP_TOKEN to use Socket Mode, or SLACK_SIGNING_SECRET to serve HTTP."
        yield Finding("Transport", "neither Socket Mode nor HTTP is set up", todo)


def _private_files(settings: Settings) -> Iterator[Finding]:
    """Files that hold a token or what is known of customers, when others on this machine may read them."""
    url = make_url(settings.database_url)
    database = url.database if url.get_backend_name() == "sqlite" else None
    for name in (DOT_ENV, database):
        path = Path(name) if name else None
        if path is None or not path.is_file() or not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            continue
        yield Finding("Files", f"{path.name} can be read by others on this machine", f"Run: chmod 600 {path}")


def _workspace(work: Work, workspace: WorkspaceView) -> Iterator[Finding]:
    if workspace.stopped_reason:
        todo = "Put that right and start the bot again."
        yield Finding("Workspace", f"{workspace.name} is stopped: {workspace.stopped_reason}", todo)
    else:
        yield Finding("Workspace", workspace.name)
    driver = workspaces.driver_of(work)
    # Looking before the bot is started is what a checkup is for: that nobody drives yet is no fault.
    holder = (
        f"{driver[0]}, until {driver[1]:%H:%M:%S} UTC" if driver else "nobody just now; start with: python -m bot run"
    )
    yield Finding("Driver", holder)
    if not workspace.leadership_channel:
        # Managers hear of it in its place, so nothing has to be done.
        yield Finding("Leadership", "no channel is set, managers are told instead; choose one: /retention settings")
    dead = work.session.execute(
        select(Delivery.error, func.count())
        .where(Delivery.workspace_id == workspace.id, Delivery.state == "dead")
        .group_by(Delivery.error)
        .order_by(func.count().desc())
    ).all()
    if not dead:
        yield Finding("Posts", "none is dead")
    for reason, count in dead:
        yield Finding(
            "Posts",
            f"{count} could not be sent: {reason}",
            "See /retention in Slack to send again.",
        )
    held = work.session.scalar(
        select(func.count()).where(
            Delivery.workspace_id == workspace.id, Delivery.state == "unknown", Delivery.error == UNREADABLE.reason
        )
    )
    if held:
        todo = "Add metadata.message:read under OAuth & Permissions and reinstall the app; they go on by themselves."
        yield Finding("Posts", f"{held} held: Slack does not show whether they were sent", todo)
    yield from _countries(work, workspace)
    yield from _jobs(work, workspace)
    yield from _readers(work, workspace)


def _countries(work: Work, workspace: WorkspaceView) -> Iterator[Finding]:
    """Whose weekend and public holidays are taken for whose: what nobody set is assumed, and said."""
    if not workspace.country:
        assumed = country_of_zone(workspace.timezone)
        seen = f"COUNTRY is not set; {assumed or 'no country'} is assumed from TIMEZONE {workspace.timezone}"
        yield Finding("Holidays", seen if assumed else f"{seen}: weekends alone, Saturday and Sunday")
    else:
        yield Finding("Holidays", f"of {workspace.country}, for people whose time zone names no country")
    counted = work.session.execute(
        select(Member.country, Member.timezone, func.count())
        .where(Member.workspace_id == workspace.id, Member.is_outsider.is_(False))
        .group_by(Member.country, Member.timezone)
        .order_by(func.count().desc(), Member.timezone)
    ).all()
    for chosen, zone, count in counted[:COUNTRIES_SHOWN]:
        people = f"{count} {'person' if count == 1 else 'people'}"
        country = country_of(chosen, zone, workspace.country)
        how = "chosen in My settings" if chosen else f"assumed from their time zone {zone}"
        if not chosen and not country_of_zone(zone):
            how = f"assumed, since their time zone {zone} names no country"
        seen = f"those of {country}, {how}" if country else f"weekends alone, since {zone} names no country"
        yield Finding("Holidays", f"{people}: {seen}")
    if len(counted) > COUNTRIES_SHOWN:
        yield Finding("Holidays", f"and {len(counted) - COUNTRIES_SHOWN} more time zones")


def _jobs(work: Work, workspace: WorkspaceView) -> Iterator[Finding]:
    for kind, count in jobs.failing(work):
        todo = "The log says why. It is tried again by itself; update the bot, or report what the log says."
        yield Finding("Agenda", f"{count} of the kind {kind} failed and will be tried again", todo)


def _readers(work: Work, workspace: WorkspaceView) -> Iterator[Finding]:
    team = members.everyone(work)
    if team and not any(person.role == "admin" for person in team):
        todo = "Make someone one: python -m bot member set U0123ABCD --role admin"
        yield Finding("Admins", "nobody is an admin: the managers hear of failures, or the fallback channel", todo)
    held = channels.read_by_guests(work)
    if held:
        names = ", ".join(f"#{name}" for name in held)
        seen = f"a guest reads {names}: the account's owner is told alone. /retention settings, Channels, can allow it"
        yield Finding("Guests", seen)


def _channels(work: Work, workspace: WorkspaceView) -> list[str]:
    accounts = work.session.scalars(
        select(Account.channel)
        .where(Account.workspace_id == workspace.id, Account.is_active, Account.channel.is_not(None))
        .distinct()
        .order_by(Account.channel)
    )
    routes = work.session.scalars(select(Route.channel).where(Route.workspace_id == workspace.id))
    fixed = (workspace.fallback_channel, workspace.leadership_channel)
    return [channel for channel in dict.fromkeys([*fixed, *routes, *accounts]) if channel]


def _channel_findings(client: WebClient, wanted: list[str]) -> Iterator[Finding]:
    troubles = 0
    for channel in wanted[:CHANNELS_CHECKED]:
        finding = _channel(client, channel)
        if finding:
            troubles += not finding.is_well
            yield finding
    looked = min(len(wanted), CHANNELS_CHECKED)
    if not looked:
        yield Finding("Channels", "no account, route or setting names one yet")
        return
    more = f" of {len(wanted)}" if len(wanted) > looked else ""
    yield Finding("Channels", f"{looked - troubles} of the {looked}{more} looked at are well")


def _fixed_channel(
    client: WebClient, db: Database, workspace_id: int, name: str, channel: str, guests_may_read: bool, now: datetime
) -> Iterator[Finding]:
    """A channel that stands in for others, and that not only the team reads any more: nothing comes there."""
    try:
        info = client.conversations_info(channel=channel)["channel"]
    except (SlackApiError, URLError, OSError):
        # It was named above, with all other channels.
        return
    audience = Audience(is_shared=channels.shared_externally(info), is_archived=bool(info.get("is_archived")))
    if closed(audience, guests_may_read) is Unknown.MEMBERS:
        has_guests, _ = readers.who_reads(db, client, workspace_id, channel, now)
        audience = replace(audience, has_guests=has_guests)
    why = closed(audience, guests_may_read)
    if why in READ_BY:
        seen = f"#{info.get('name', channel)}, the {name} channel, is {READ_BY[why]}: nothing is said there"
        yield Finding("Channel", seen, "Choose one that only your team reads: /retention settings, Channels.")


def _channel(client: WebClient, channel: str) -> Finding | None:
    try:
        info = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        reason = error.response.get("error", "unknown")
        return Finding("Channel", f"{channel}: {reason}", "Invite the bot there, or give the account another channel.")
    except (URLError, OSError) as error:
        return Finding("Channel", f"{channel}: Slack cannot be reached ({error})", "Check the network.")
    name = f"#{info.get('name', channel)}"
    if info.get("is_archived"):
        return Finding("Channel", f"{name} is archived", "Give its account another channel.")
    if info.get("is_ext_shared"):
        return Finding("Channel", f"{name} is shared with another company: its account's owner is told alone")
    if not info.get("is_member") and info.get("is_private"):
        return Finding("Channel", f"the bot is not in {name}", f"Invite it: /invite @Perennial in {name}")
    return None
