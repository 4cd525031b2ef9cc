"""`/forecast`, to the one who asks alone; and Keep the call…, in a manager's morning message."""

from __future__ import annotations

from bot.accounts import permissions as account_permissions
from bot.errors import NotForYou
from bot.forecast import calls, queries, scoring
from bot.forecast.forms import keep_form, read_keep
from bot.forecast.messages import SHOWN, my_forecast, only_managers, team_forecast, unknown_word
from bot.slack.ids import ActionId, ViewId
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.router import Router
from handlers.renewals import card_to_change


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/forecast", open_forecast)
    router.action(ActionId.KEEP_CALL, open_keep)
    router.submit(ViewId.KEEP_CALL, submit_keep)


def open_forecast(request: Request) -> Response:
    """`/forecast`: the asker's own calls, whoever they are; `/forecast team`: a manager's people together."""
    word = request.text.casefold()
    if word == "team":
        return _team(request)
    if word not in ("", "mine"):
        return unknown_word(request.text)
    with request.reading() as work:
        found, count = scoring.doubts(work, request.person.id, SHOWN)
        return my_forecast(scoring.own_scores(work, request.person.id, request.today), found, count)


def _team(request: Request) -> Response:
    if not request.person.manages:
        raise NotForYou(only_managers())
    with request.reading() as work:
        led = scoring.led_by(work, request.person.id)
        people = led or scoring.everybody_but(work, request.person.id)
        return team_forecast(scoring.team_scores(work, people, request.today), bool(led))


def open_keep(request: Request) -> Response:
    """Keep the call…: both keys once more, and why it stands."""
    with request.reading() as work:
        card = card_to_change(work, request, request.number)
        keys = queries.two_keys(work, request.number)
    assert keys is not None
    return OpenModal(keep_form(card, keys), request.how)


def submit_keep(request: Request) -> None:
    """The call stands, and why."""
    renewal_id, reason = read_keep(request.view)
    with request.writing() as work:
        account_permissions.require_renewal(work, request.person, renewal_id)
        calls.keep(work, renewal_id, request.person.id, reason)
