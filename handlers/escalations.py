"""The buttons of a morning message: ask who answers for a renewal, and why its row is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.accounts import permissions as account_permissions
from bot.core.person import Person
from bot.renewals import escalations
from bot.renewals.job_kinds import ANNOUNCED, RenewalJob
from bot.renewals.line_codes import NoticeCode
from bot.renewals.messages.escalations import escalated_rule
from bot.slack.ids import ActionId
from bot.workspace import context
from handlers.inbound.request import Request, Response
from handlers.inbound.router import Router
from handlers.reasons import coming, why_answer
from handlers.renewals import card_to_change

ESCALATES: Mapping[str, str] = {
    **{
        kind: ANNOUNCED[kind] for kind in (RenewalJob.RUNG, RenewalJob.UNCLAIMED, RenewalJob.OVERDUE, RenewalJob.UNPAID)
    },
    RenewalJob.QUIET: "The owner's manager hears of it, if nothing is updated by then",
}
"""Kinds of job that may put a renewal into a morning message, and how each is announced."""


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.ASK_RENEWAL, choose_ask)
    router.action(ActionId.WHY_ESCALATED, open_why)


def choose_ask(request: Request) -> None:
    """Ask Dana, in a manager's morning message: Dana reads who asks, and the message that it is asked."""
    with request.writing() as work:
        account_permissions.require_renewal(work, request.person, request.number)
        by = Person(request.person.slack_id, request.person.name)
        escalations.ask(work, request.number, by)


def open_why(request: Request) -> Response:
    """Why a row stands in a morning message, by the numbers that count for its account."""
    number, _, codes = request.value.partition(":")
    named = replace(request, action={"value": number})
    known = [code for code in codes.split("+") if code in list(NoticeCode)]
    with request.reading() as work:
        card = card_to_change(work, named, named.number)
        rule = escalated_rule(known, context.of(work).policies.of(card.tier))
        following = coming(work, request, card.account_id, ESCALATES, f"renewal:{card.renewal_id}")
        return why_answer(work, request, card.account, card.tier, rule, following)
