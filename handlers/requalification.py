"""One-off work that is looked at again: the question's button, its form, and an answer put right."""

from __future__ import annotations

from dataclasses import replace

from bot.accounts import permissions as account_permissions
from bot.accounts.people_facts import NamedThere
from bot.db.work import Work
from bot.opportunities import products
from bot.requalification import answers, corrections, questions
from bot.requalification.facts import Looked
from bot.requalification.forms import question_form, read_question, taken_back_view
from bot.requalification.questions import KnownQuestion
from bot.requalification.rules import RequalifyOutcome, StillThere
from bot.slack.ids import ActionId, ViewId
from handlers import people
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.ANSWER_REQUALIFICATION, open_question)
    router.action(ActionId.CHANGE_REQUALIFICATION, open_change)
    router.action(ActionId.TAKE_BACK_REQUALIFICATION, press_take_back)
    router.submit(ViewId.REQUALIFY, submit_question)
    router.submit(ViewId.CHANGE_REQUALIFICATION, submit_change)


def open_question(request: Request) -> Response:
    """Answer it…"""
    with request.reading() as work:
        one = questions.read(work, request.number)
        account_permissions.require_team(work, request.person, one.account_id)
        return _form(work, request, one)


def open_change(request: Request) -> Response:
    """Change the answer…: the form as it was kept."""
    with request.reading() as work:
        one = corrections.require_answer(work, request.number, request.person)
        opened = answers.opened_by(work, one)
        given = Looked(
            RequalifyOutcome(one.outcome),
            one.changed,
            one.problem,
            StillThere(one.owner_there) if one.owner_there else None,
            StillThere(one.sponsor_there) if one.sponsor_there else None,
            one.until,
            opened.product_id if opened else None,
            NamedThere(one.contact),
        )
        return _form(work, request, one, given)


def submit_change(request: Request) -> None:
    """Keep the answer as it is now."""
    number, looked, who = read_question(request.view)
    with request.writing() as work:
        account_id = corrections.require_answer(work, number, request.person).account_id
        named = people.keep_named(work, request, account_id, who)
        corrections.change(work, number, replace(looked, who=named), request.person)


def press_take_back(request: Request) -> Response:
    """Take it back: it was no answer."""
    with request.writing() as work:
        one = corrections.take_back(work, request.number, request.person)
        return OpenModal(taken_back_view(one.account, one.contract, not one.outcome), ModalMode.UPDATE)


def submit_question(request: Request) -> None:
    """Keep the answer: a need is an opportunity now, not now a day on the agenda."""
    number, looked, who = read_question(request.view)
    with request.writing() as work:
        account_id = questions.read(work, number).account_id
        account_permissions.require_team(work, request.person, account_id)
        named = people.keep_named(work, request, account_id, who)
        answers.answer(work, number, replace(looked, who=named), request.person)


def _form(work: Work, request: Request, one: KnownQuestion, given: Looked | None = None) -> OpenModal:
    delivered, today = str(one.delivered_on), str(request.today)
    sold, who = products.sold(work), people.who_draft(work, one.account_id, one.contact)
    view = question_form(one.account, one.contract, delivered, today, one.id, sold, one.account_id, who, given)
    return OpenModal(view, request.how)
