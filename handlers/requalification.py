"""One-off work that is looked at again: the question's button, and its form."""

from __future__ import annotations

from dataclasses import replace

from bot.accounts import permissions as account_permissions
from bot.opportunities import products
from bot.requalification import asking
from bot.requalification.forms import question_form, read_question
from bot.slack.ids import ActionId, ViewId
from handlers import customer_people
from handlers.inbound.request import OpenModal, Request, Response
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.ANSWER_REQUALIFICATION, open_question)
    router.submit(ViewId.REQUALIFY, submit_question)


def open_question(request: Request) -> Response:
    """Answer it…"""
    with request.reading() as work:
        one = asking.read(work, request.number)
        account_permissions.require_team(work, request.person, one.account_id)
        delivered, today = str(one.delivered_on), str(request.today)
        sold, who = products.sold(work), customer_people.who_draft(work, one.account_id)
        view = question_form(one.account, one.contract, delivered, today, one.id, sold, one.account_id, who)
        return OpenModal(view, request.how)


def submit_question(request: Request) -> None:
    """Keep the answer: a need is an opportunity now, not now a day on the agenda."""
    number, looked, who = read_question(request.view)
    with request.writing() as work:
        account_id = asking.read(work, number).account_id
        account_permissions.require_team(work, request.person, account_id)
        named = customer_people.keep_named(work, request, account_id, who)
        asking.answer(work, number, replace(looked, who=named), request.person)
