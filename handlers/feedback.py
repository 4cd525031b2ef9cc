"""Dismiss: wrong…, in the ⋯ of an alert: what is wrong is kept, and the person reads what helps."""

from __future__ import annotations

from typing import Any

from bot.accounts import search as account_search
from bot.errors import FieldErrors, NotForYou
from bot.feedback import dismissals
from bot.feedback.forms import dismissal_form, read_alert, read_reason, read_words, receipt_view
from bot.slack.ids import ActionId, ViewId
from bot.workspace.alerts import AlertReference, Wrong
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router

GONE = "That alert is no longer there."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.DISMISS, open_dismissal)
    router.action(ActionId.DISMISS_AS, press_reason)
    router.submit(ViewId.DISMISS, submit_words)


def open_dismissal(request: Request) -> Response:
    """What is wrong?"""
    alert = AlertReference.read(request.value)
    with request.reading() as work:
        account = account_search.account_named(work, alert.account_id) if alert else None
    if alert is None or account is None:
        raise NotForYou(GONE)
    return OpenModal(dismissal_form(account.name, alert), request.how)


def press_reason(request: Request) -> Response:
    """One press: keep it, and turn the form into its receipt."""
    alert, wrong = read_reason(request.value)
    return OpenModal(_kept(request, alert, wrong, read_words(request.view)), ModalMode.UPDATE)


def submit_words(request: Request) -> Response:
    """Something else, in words."""
    words = read_words(request.view)
    if not words:
        raise FieldErrors({"words": "Write in a few words what is wrong, or press one of the buttons."})
    return OpenModal(_kept(request, read_alert(request.view), Wrong.OTHER, words))


def _kept(request: Request, alert: AlertReference | None, wrong: Wrong | None, words: str) -> dict[str, Any]:
    with request.writing() as work:
        account = account_search.account_named(work, alert.account_id) if alert else None
        if alert is None or wrong is None or wrong not in alert.about.wrong or account is None:
            raise NotForYou(GONE)
        dismissals.dismiss(work, alert, wrong, words, request.person)
    return receipt_view(account.name, alert, wrong, words)
