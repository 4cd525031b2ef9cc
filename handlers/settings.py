"""`/retention settings`: channels, routes, roles and numbers, for managers and admins."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from bot.services import channels, members, permissions, workspace_settings
from bot.services.touchpoints import settings as touch_settings
from bot.slack.forms import settings as forms
from bot.slack.ids import ActionId, ViewId
from handlers import guards
from handlers.requests import Answer, How, Refresh, Request, Show
from handlers.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.SHOW_SETTINGS, open_settings)
    router.action(ActionId.SET_CHANNELS, open_channels)
    router.action(ActionId.SET_ROUTE, open_route)
    router.action(ActionId.SET_ROLE, open_role)
    router.action(ActionId.SET_NUMBER, open_number)
    router.action(ActionId.SET_TOUCH, open_touch)
    router.submit(ViewId.SET_CHANNELS, submit_channels)
    router.submit(ViewId.SET_ROUTE, submit_route)
    router.submit(ViewId.SET_ROLE, submit_role)
    router.submit(ViewId.SET_NUMBER, submit_number)
    router.submit(ViewId.SET_TOUCH, submit_touch)


def open_settings(request: Request) -> Answer:
    """All settings at a glance."""
    permissions.require_manager(request.person)
    with request.db.reading() as session:
        return Show(_overview(session, request))


def open_channels(request: Request) -> Answer:
    """Which channels stand in where an account has none."""
    permissions.require_manager(request.person)
    with request.db.reading() as session:
        known = workspace_settings.read(session, request.workspace_id)
    return Show(forms.channels_form(known.fallback_channel, known.leadership_channel, known.guests_may_read), How.PUSH)


def submit_channels(request: Request) -> Answer:
    """Keep the channels."""
    permissions.require_manager(request.person)
    fallback, leadership, guests_may_read = forms.read_channels(request.view)
    guards.look_at_channels(request, (fallback, leadership))
    with request.writing() as session:
        workspace_settings.set_channels(session, request.workspace_id, fallback, leadership)
        channels.let_guests_read(session, request.workspace_id, guests_may_read, request.now)
        return _refreshed(session, request)


def open_route(request: Request) -> Answer:
    """A route for a segment or a tier."""
    permissions.require_manager(request.person)
    with request.db.reading() as session:
        known = workspace_settings.read(session, request.workspace_id)
    return Show(forms.route_form(known.segments), How.PUSH)


def submit_route(request: Request) -> Answer:
    """Keep the route, or take it away."""
    permissions.require_manager(request.person)
    kind, value, channel = forms.read_route(request.view)
    guards.look_at_channels(request, (channel,))
    with request.writing() as session:
        workspace_settings.set_route(session, request.workspace_id, kind, value, channel)
        return _refreshed(session, request)


def open_role(request: Request) -> Answer:
    """What a person may do."""
    permissions.require_manager(request.person)
    return Show(forms.role_form(request.person.role), How.PUSH)


def submit_role(request: Request) -> Answer:
    """Keep the role."""
    permissions.require_manager(request.person)
    slack_id, role, manager = forms.read_role(request.view)
    for someone in (slack_id, manager):
        if someone:
            guards.person_of(request.db, request.client, request.workspace_id, someone, request.now)
    with request.writing() as session:
        permissions.require_role_change(session, request.workspace_id, request.person, slack_id, role)
        members.set_role(session, request.workspace_id, slack_id, role, manager)
        return _refreshed(session, request)


def open_number(request: Request) -> Answer:
    """One number of the policy."""
    permissions.require_manager(request.person)
    return Show(forms.number_form(), How.PUSH)


def submit_number(request: Request) -> Answer:
    """Keep the number; what is planned by it is planned anew."""
    permissions.require_manager(request.person)
    tier, name, written = forms.read_number(request.view)
    with request.writing() as session:
        workspace_settings.set_number(session, request.workspace_id, tier, name, written, request.now)
        return _refreshed(session, request)


def open_touch(request: Request) -> Answer:
    """How touchpoints are logged and told."""
    permissions.require_manager(request.person)
    with request.db.reading() as session:
        known = touch_settings.read(session, request.workspace_id)
    return Show(forms.touch_form(known.reaction, known.echo), How.PUSH)


def submit_touch(request: Request) -> Answer:
    """Keep it."""
    permissions.require_manager(request.person)
    reaction, echo = forms.read_touch_settings(request.view)
    with request.writing() as session:
        touch_settings.change(session, request.workspace_id, reaction, echo)
        return _refreshed(session, request)


def _refreshed(session: Session, request: Request) -> Answer:
    return Refresh(str(request.view.get("root_view_id") or ""), _overview(session, request))


def _overview(session: Session, request: Request) -> dict[str, Any]:
    known = workspace_settings.read(session, request.workspace_id)
    numbers = [
        (tier, name, _written(value)) for tier, mine in sorted(known.numbers.items()) for name, value in mine.items()
    ]
    people = [(p.name, p.role) for p in members.everyone(session, request.workspace_id) if p.role != "rep"]
    touch = touch_settings.read(session, request.workspace_id)
    shown = forms.Shown(
        known.fallback_channel,
        known.leadership_channel,
        known.routes,
        numbers,
        people,
        (touch.reaction, touch.echo),
        known.guests_may_read,
    )
    return forms.overview(shown)


def _written(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
