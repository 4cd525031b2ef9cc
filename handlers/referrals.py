"""`/referral`: whom one may ask and why not the others; asked, given, thanked; and the buttons of a suggestion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.accounts import permissions as account_permissions
from bot.accounts.people_facts import PersonView
from bot.db.work import Work
from bot.referrals import asking, corrections, hints, queries
from bot.referrals.asking import NamedSomebody
from bot.referrals.forms import given_form, read_given, referral_view
from bot.slack.ids import ActionId, ViewId
from handlers.inbound.request import ModalMode, OpenModal, RefreshModal, Request, Response
from handlers.inbound.resolve_account import answer_about_account
from handlers.inbound.router import Router


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    answer_about_account(router, "/referral", open_referrals)
    router.action(ActionId.ASKED_REFERRAL, press_asked)
    router.action(ActionId.GIVE_REFERRAL, open_given)
    router.action(ActionId.THANK_REFERRAL, press_thanked)
    router.action(ActionId.THANK_FROM_LIST, press_thanked)
    router.action(ActionId.CHANGE_REFERRAL, open_change)
    for action, step in (
        (ActionId.NOT_ASKED_REFERRAL, "asked"),
        (ActionId.NOT_GIVEN_REFERRAL, "given"),
        (ActionId.NOT_THANKED_REFERRAL, "thanked"),
    ):
        router.action(action, _taking_back(step))
    router.action(ActionId.ASKED_HINT, _answering(hints.ASKED))
    router.action(ActionId.LATER_HINT, _answering(hints.NOT_NOW))
    router.submit(ViewId.GIVE_REFERRAL, submit_given)


def open_referrals(request: Request, account_id: int) -> Response:
    """`/referral [account]`, or Referrals in a digest: the list, for the eyes of the one who asks."""
    with request.reading() as work:
        return OpenModal(referral_view(queries.referral_list(work, account_id, request.person)), request.how)


def press_asked(request: Request) -> Response:
    """Asked: written down, unless the rules say not now; the list shows it."""
    with request.writing() as work:
        person = _of_team(work, request, request.number)
        asking.ask(work, person.id, request.person)
        return _list_anew(work, request, person.account_id)


def open_given(request: Request) -> Response:
    """They named somebody…: whom?"""
    with request.reading() as work:
        person = _of_team(work, request, request.number)
    is_list = request.view.get("callback_id") == ViewId.REFERRALS
    return OpenModal(given_form(person, str(request.view.get("id") or "") if is_list else ""), request.how)


def submit_given(request: Request) -> Response:
    """Keep whom they named."""
    form = read_given(request.view)
    with request.writing() as work:
        person = _of_team(work, request, form.person_id)
        named = NamedSomebody(form.named, form.company, form.words)
        if form.referral_id:
            _may_change(work, request, form.referral_id)
            corrections.change(work, form.referral_id, named)
        else:
            asking.give(work, person.id, named, request.person)
        if not form.list_view:
            return None
        return RefreshModal(
            form.list_view, referral_view(queries.referral_list(work, person.account_id, request.person))
        )


def open_change(request: Request) -> Response:
    """Change…: whom they named, to be put right."""
    with request.reading() as work:
        _may_change(work, request, request.number)
        known = queries.require_given(work, request.number)
        person = asking.require_person(work, known.person_id)
        # All of their words: a message carries less of them.
        line = replace(queries.line_of(work, known, request.person.timezone), words=known.words)
    return OpenModal(given_form(person, str(request.view.get("id") or ""), line), request.how)


def press_thanked(request: Request) -> Response:
    """Thanked: the list, or the reminder, shows it."""
    with request.writing() as work:
        account_id = _may_change(work, request, request.number)
        asking.thank(work, request.number, request.person)
        return _list_anew(work, request, account_id)


def _taking_back(step: str) -> Callable[[Request], Response]:
    def press_taking_back(request: Request) -> Response:
        with request.writing() as work:
            account_id = _may_change(work, request, request.number)
            corrections.take_back(work, request.number, step, request.person)
            return _list_anew(work, request, account_id)

    return press_taking_back


def _may_change(work: Work, request: Request, referral_id: int) -> int:
    """The account of a referral, for whoever may change it; raises NotForYou for anyone else."""
    account_id = queries.read(work, referral_id).account_id
    account_permissions.require_team(work, request.person, account_id)
    return account_id


def _answering(how: str) -> Callable[[Request], Response]:
    def press_answer(request: Request) -> None:
        with request.writing() as work:
            account_permissions.require_team(work, request.person, hints.account_of(work, request.number))
            hints.answer(work, request.number, how, request.person)

    return press_answer


def _list_anew(work: Work, request: Request, account_id: int) -> Response:
    """The list in which something was pressed, as it is now; nothing where that was a message."""
    if request.view.get("callback_id") != ViewId.REFERRALS:
        return None
    return OpenModal(referral_view(queries.referral_list(work, account_id, request.person)), ModalMode.UPDATE)


def _of_team(work: Work, request: Request, person_id: int) -> PersonView:
    """Somebody of the list, for whoever may change it."""
    person = asking.require_person(work, person_id)
    account_permissions.require_team(work, request.person, person.account_id)
    return person
