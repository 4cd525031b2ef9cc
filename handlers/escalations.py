"""The buttons of a morning message: ask who answers for a renewal, and what else its row offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.accounts import permissions as account_permissions
from bot.core.person import Person
from bot.renewals import escalations
from bot.renewals.line_codes import NoticeCode
from bot.renewals.messages.escalations import why_escalated
from bot.slack.ids import ActionId
from bot.workspace import context
from handlers.accounts import open_story
from handlers.feedback import open_dismissal
from handlers.inbound.request import Request, Response
from handlers.inbound.router import Router
from handlers.renewals import card_to_change, choose_claim, open_update


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.ASK_RENEWAL, choose_ask)
    router.action(ActionId.MORE_OF_RENEWAL, choose_more)


def choose_ask(request: Request) -> None:
    """Ask Dana, in a manager's morning message: Dana reads who asks, and the message that it is asked."""
    with request.writing() as work:
        account_permissions.require_renewal(work, request.person, request.number)
        by = Person(request.person.slack_id, request.person.name)
        escalations.ask(work, request.number, by)


def choose_more(request: Request) -> Response:
    """⋯ in a morning message: the same as the button of that name elsewhere, or why the row is there."""
    what, _, number = request.value.partition(":")
    number, _, codes = number.partition(":")
    named = replace(request, action={"value": number})
    if what == "claim":
        choose_claim(named)
    elif what == "update":
        return open_update(named)
    elif what == "story":
        return open_story(named)
    elif what == "dismiss":
        return open_dismissal(replace(request, action={"value": f"renewal:{number}:{codes}"}))
    elif what == "why":
        return _why(named, codes.split("+"))
    return None


def _why(request: Request, codes: Sequence[str]) -> str:
    known = [code for code in codes if code in list(NoticeCode)]
    with request.reading() as work:
        card = card_to_change(work, request, request.number)
        policy = context.of(work).policies.of(card.tier)
    return why_escalated(known, policy, request.person.manages)
