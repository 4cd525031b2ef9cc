"""`/retention settings`: channels, routes, roles and numbers, for managers and admins."""

from __future__ import annotations

from typing import Any

from bot.accounts import permissions as account_permissions
from bot.core.calendar import local_date
from bot.core.policy import NumberGroup, policy_numbers
from bot.db.work import Work
from bot.feedback import dismissals
from bot.feedback.messages import dismissed_lines
from bot.metrics import forms as metrics_forms
from bot.metrics import settings as metrics_settings
from bot.metrics.rules.rates import written
from bot.posts import closed_channels
from bot.slack.ids import ActionId, ViewId
from bot.touchpoints import settings as touchpoint_settings
from bot.workspace import channels, members
from bot.workspace import forms as workspace_forms
from bot.workspace import settings as workspace_settings
from handlers.inbound import identity, readers
from handlers.inbound.request import ModalMode, OpenModal, RefreshModal, Request, Response
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.SHOW_SETTINGS, open_settings)
    router.action(ActionId.SET_CHANNELS, open_channels)
    router.action(ActionId.SET_ROUTE, open_route)
    router.action(ActionId.LET_GUESTS_READ, press_let_guests_read)
    router.action(ActionId.SET_ROLE, open_role)
    router.action(ActionId.SHOW_NUMBERS, open_numbers)
    router.action(ActionId.SET_NUMBER, open_number)
    router.action(ActionId.SET_TOUCH, open_touch)
    router.submit(ViewId.SET_CHANNELS, submit_channels)
    router.submit(ViewId.SET_ROUTE, submit_route)
    router.submit(ViewId.SET_ROLE, submit_role)
    router.submit(ViewId.SET_NUMBER, submit_number)
    router.submit(ViewId.SET_TOUCH, submit_touch)
    router.action(ActionId.SET_RATES, open_rates)
    router.submit(ViewId.SET_RATES, submit_rates)


def open_settings(request: Request) -> Response:
    """All settings at a glance."""
    account_permissions.require_manager(request.person)
    with request.reading() as work:
        return OpenModal(_overview(work, request), request.how)


def open_channels(request: Request) -> Response:
    """Which channels stand in where an account has none."""
    account_permissions.require_manager(request.person)
    with request.reading() as work:
        known = workspace_settings.read(work)
    return OpenModal(
        workspace_forms.channels_form(known.fallback_channel, known.leadership_channel, known.guests_may_read),
        ModalMode.PUSH,
    )


def submit_channels(request: Request) -> Response:
    """Keep the channels."""
    account_permissions.require_manager(request.person)
    fallback, leadership, guests_may_read = workspace_forms.read_channels(request.view)
    readers.require_open(request, (fallback, leadership), guests_may_read)
    with request.writing() as work:
        channels.let_guests_read(work, guests_may_read)
        workspace_settings.set_channels(work, fallback, leadership)
        return _refreshed(work, request)


def press_let_guests_read(request: Request) -> Response:
    """Guests may read along from now on, in every channel."""
    account_permissions.require_manager(request.person)
    with request.writing() as work:
        channels.let_guests_read(work, True)
        closed_channels.show_allowed(work, request.person.slack_id)
    return None


def open_route(request: Request) -> Response:
    """A route for a segment or a tier."""
    account_permissions.require_manager(request.person)
    with request.reading() as work:
        known = workspace_settings.read(work)
    return OpenModal(workspace_forms.route_form(known.segments), ModalMode.PUSH)


def submit_route(request: Request) -> Response:
    """Keep the route, or take it away."""
    account_permissions.require_manager(request.person)
    kind, value, channel = workspace_forms.read_route(request.view)
    with request.reading() as work:
        guests_may_read = workspace_settings.read(work).guests_may_read
    readers.require_open(request, (channel,), guests_may_read)
    with request.writing() as work:
        workspace_settings.set_route(work, kind, value, channel)
        return _refreshed(work, request)


def open_role(request: Request) -> Response:
    """What a person may do."""
    account_permissions.require_manager(request.person)
    return OpenModal(workspace_forms.role_form(request.person.role), ModalMode.PUSH)


def submit_role(request: Request) -> Response:
    """Keep the role."""
    account_permissions.require_manager(request.person)
    slack_id, role, manager = workspace_forms.read_role(request.view)
    for someone in (slack_id, manager):
        if someone:
            identity.person_of(request.db, request.client, request.workspace_id, someone, request.now)
    with request.writing() as work:
        account_permissions.require_role_change(work, request.person, slack_id, role)
        members.set_role(work, slack_id, role, manager)
        return _refreshed(work, request)


def open_numbers(request: Request) -> Response:
    """The numbers of one group."""
    account_permissions.require_manager(request.person)
    with request.reading() as work:
        return OpenModal(_numbers(work, request.value), ModalMode.PUSH)


def open_number(request: Request) -> Response:
    """One number of the policy."""
    account_permissions.require_manager(request.person)
    name = request.value if request.value in policy_numbers() else next(iter(policy_numbers()))
    with request.reading() as work:
        (value,) = workspace_settings.numbers_of(work, [name])
    return OpenModal(workspace_forms.number_form(value), ModalMode.PUSH)


def submit_number(request: Request) -> Response:
    """Keep the number; what is planned by it is planned anew."""
    account_permissions.require_manager(request.person)
    tier, name, written = workspace_forms.read_number(request.view)
    with request.writing() as work:
        workspace_settings.set_number(work, tier, name, written, request.person.id)
        page = _numbers(work, policy_numbers()[name].group)
        return RefreshModal(str(request.view.get("previous_view_id") or ""), page)


def _numbers(work: Work, wanted: str) -> dict[str, Any]:
    group = next((one for one in NumberGroup if one.value == wanted), NumberGroup.RENEWALS)
    names = [one.name for one in policy_numbers().values() if one.group is group]
    return workspace_forms.numbers_page(group, workspace_settings.numbers_of(work, names))


def open_touch(request: Request) -> Response:
    """How touchpoints are logged and told."""
    account_permissions.require_manager(request.person)
    with request.reading() as work:
        known = touchpoint_settings.read(work)
    return OpenModal(workspace_forms.touch_form(known.reaction, known.echo), ModalMode.PUSH)


def submit_touch(request: Request) -> Response:
    """Keep it."""
    account_permissions.require_manager(request.person)
    reaction, echo = workspace_forms.read_touch_settings(request.view)
    with request.writing() as work:
        touchpoint_settings.change(work, reaction, echo)
        return _refreshed(work, request)


def open_rates(request: Request) -> Response:
    """At which rates figures add up several currencies."""
    account_permissions.require_manager(request.person)
    with request.reading() as work:
        known = metrics_settings.rates(work)
    return OpenModal(metrics_forms.rates_form(known.currency, written(known)), ModalMode.PUSH)


def submit_rates(request: Request) -> Response:
    """Keep them."""
    account_permissions.require_manager(request.person)
    with request.writing() as work:
        metrics_settings.change(work, metrics_forms.read_rates_form(request.view))
        return _refreshed(work, request)


def _refreshed(work: Work, request: Request) -> Response:
    return RefreshModal(str(request.view.get("root_view_id") or ""), _overview(work, request))


def _overview(work: Work, request: Request) -> dict[str, Any]:
    known = workspace_settings.read(work)
    numbers = len({name for mine in known.numbers.values() for name in mine})
    people = [(p.name, p.role) for p in members.everyone(work) if p.role != "rep"]
    touch = touchpoint_settings.read(work)
    rates = metrics_settings.rates(work)
    shown = workspace_forms.Shown(
        known.fallback_channel,
        known.leadership_channel,
        known.routes,
        numbers,
        people,
        (touch.reaction, touch.echo),
        known.guests_may_read,
        (rates.currency, written(rates)),
        _dismissed(work, request),
    )
    return workspace_forms.overview(shown)


def _dismissed(work: Work, request: Request) -> str:
    found = dismissals.recent(work)
    zone = request.person.timezone
    newest = [(one.account, one.wrong, one.words, one.by, local_date(one.at, zone)) for one in found.newest]
    return dismissed_lines(found.counts, newest, request.today)
