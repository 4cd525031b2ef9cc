"""`/competitor`: who is after a customer and what they claim; our answer, and the library of answers."""

from __future__ import annotations

from dataclasses import replace

from bot import pulses
from bot.accounts import contacts
from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts.search import Found
from bot.competitors import claims, library, notify, queries
from bot.competitors.claims import Heard
from bot.competitors.forms import answer_form, claim_form, read_answer, read_claim
from bot.competitors.messages import library_message
from bot.db.work import Work
from bot.slack.ids import ActionId, ViewId
from bot.touchpoints import queries as touchpoints
from handlers import people
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.resolve_account import account_meant
from handlers.inbound.router import Router

LIBRARY = "answers"


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/competitor", open_competitor)
    router.action(ActionId.OPEN_CLAIMS, choose_account)
    router.action(ActionId.CLAIM_FROM_TOUCH, open_from_touch)
    router.action(ActionId.CLAIM_FROM_PULSE, open_from_pulse)
    router.action(ActionId.ANSWER_CLAIM, open_answer)
    router.action(ActionId.TAKE_BACK_CLAIM, press_take_back)
    router.submit(ViewId.ADD_CLAIM, submit_claim)
    router.submit(ViewId.ANSWER_CLAIM, submit_answer)


def open_competitor(request: Request) -> Response:
    """`/competitor [account]`: its claims and the form for one more; `/competitor answers`: the library."""
    with request.reading() as work:
        if request.text.casefold() == LIBRARY:
            return library_message(library.library(work), library.lost_to_unnamed(work))
        account = account_meant(work, request, "/competitor")
        return _form(work, request, account.id) if isinstance(account, Found) else account


def choose_account(request: Request) -> Response:
    """A button that names an account: the same form."""
    with request.reading() as work:
        return _form(work, request, request.number)


def open_from_touch(request: Request) -> Response:
    """A competitor was named in a touchpoint: the form with its words."""
    with request.reading() as work:
        touch = touchpoints.read(work, request.number)
        if touch is None:
            return _form(work, request, 0)
        return _form(work, request, touch.account_id, touch.words, f"touchpoint:{touch.id}", touch.contact)


def open_from_pulse(request: Request) -> Response:
    """A competitor was named in a pulse: the form without the answer's words, which nobody else has read yet."""
    with request.reading() as work:
        account_id = pulses.account_of(work, request.number)
        return _form(work, request, account_id, source=f"pulse:{request.number}")


def submit_claim(request: Request) -> None:
    """Keep it, and tell the account's team. As with a touchpoint, whoever hears something may write it down."""
    form = read_claim(request.view)
    with request.writing() as work:
        named = people.keep_named(work, request, form.account_id, form.who)
        heard = Heard(form.competitor, form.claim, form.until, form.source, form.answer, named)
        claims.hear(work, form.account_id, heard, request.person)


def open_answer(request: Request) -> Response:
    """Answer it…: what was answered before to the same competitor stands beside the field."""
    with request.reading() as work:
        claim = queries.read(work, request.number)
        account_permissions.require_team(work, request.person, claim.account_id)
        known = library.library(work, claim.competitor)
        return OpenModal(answer_form(notify.line_of(work, claim), known[0] if known else None), request.how)


def press_take_back(request: Request) -> Response:
    """Take it back: the account's claims without it."""
    with request.writing() as work:
        account_id = queries.read(work, request.number).account_id
        account_permissions.require_team(work, request.person, account_id)
        claims.take_back(work, request.number, request.person)
        return replace(_form(work, request, account_id), how=ModalMode.UPDATE)


def submit_answer(request: Request) -> None:
    """Keep the answer; every message about the claim shows it."""
    claim_id, words = read_answer(request.view)
    with request.writing() as work:
        account_permissions.require_team(work, request.person, queries.read(work, claim_id).account_id)
        claims.answer(work, claim_id, words, request.person)


def _form(
    work: Work, request: Request, account_id: int, words: str = "", source: str = "", contact: str = ""
) -> OpenModal:
    account = account_search.require_account(work, account_id)
    claims_so_far = queries.of_account(work, account_id)
    kept = contacts.load(work, [account_id])[account_id]
    known = [notify.line_of(work, one, as_of=str(request.today), account=kept) for one in claims_so_far]
    who = people.who_draft(work, account.id, contact)
    view = claim_form(account.name, account.id, known, queries.names(work), words, source, who)
    return OpenModal(view, request.how)
