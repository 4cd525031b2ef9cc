"""Why am I seeing this?, in the ⋯ of an alert: answered by what the reader may do."""

from __future__ import annotations

from bot.accounts import search as account_search
from bot.db.work import Work
from bot.errors import NotForYou
from bot.slack.ids import ActionId
from bot.workspace import context, members
from bot.workspace.reasons import RULES, AlertRule, AlertTopic, why_view
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.WHY, open_why)


def open_why(request: Request) -> Response:
    """The rule and the numbers that count for the account of the alert."""
    topic, _, number = request.value.partition(":")
    account_id = int(number) if number.isdecimal() and len(number) < 18 else 0
    with request.reading() as work:
        known = account_search.tier_and_name(work, account_id)
        if known is None or topic not in set(AlertTopic):
            raise NotForYou("There is nothing here for you.")
        return why_answer(work, request, known.name, known.tier, RULES[AlertTopic(topic)])


def why_answer(work: Work, request: Request, account: str, tier: str, rule: AlertRule, coming: str = "") -> OpenModal:
    """The answer in a modal: to a manager with the way to the settings, to anyone else with whom to ask."""
    policies = context.of(work).policies
    person = request.person
    manager = members.by_id(work, person.manager_id) if person.manager_id and not person.manages else None
    ask = manager.name if manager else ""
    view = why_view(account, rule, policies.of(tier), policies.chosen(tier), person.manages, ask, coming)
    return OpenModal(view, request.how)
