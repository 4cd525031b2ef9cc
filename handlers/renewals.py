"""A renewal's buttons and the forms behind them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.accounts import permissions as account_permissions
from bot.errors import FieldErrors, Refused
from bot.renewals import actions, signing
from bot.renewals import queries as renewal_queries
from bot.renewals.actions import RenewalChange
from bot.renewals.facts import RenewalCard
from bot.renewals.forms.snooze import read_snooze, snooze_form
from bot.renewals.forms.update import OnIt, RenewalUpdate, Signed, Typed, needs_more, read_update, update_form
from bot.renewals.rules.stages import Stage
from bot.renewals.signing import FinalTerms
from bot.slack import text
from bot.slack.form_fields import Reference
from bot.slack.ids import ActionId, ViewId
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router

NOT_INVOICED = (
    "It is signed, and not invoiced yet, so I left it as it is. Mark it invoiced first; "
    "if it was paid without an invoice, choose that stage in the update form."
)


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.action(ActionId.CLAIM_RENEWAL, choose_claim)
    router.action(ActionId.UPDATE_RENEWAL, open_update)
    router.action(ActionId.SNOOZE_RENEWAL, open_snooze)
    router.action(ActionId.INVOICE_RENEWAL, choose_invoiced)
    router.action(ActionId.PAY_RENEWAL, choose_paid)
    router.action(ActionId.UNDO_PAID, choose_undo_paid)
    router.action(ActionId.CHOOSE_STAGE, choose_fields)
    router.action(ActionId.CHOOSE_FORECAST, choose_fields)
    router.submit(ViewId.UPDATE_RENEWAL, submit_update)
    router.submit(ViewId.SNOOZE_RENEWAL, submit_snooze)


def choose_claim(request: Request) -> None:
    """I'm on it."""
    with request.writing() as session:
        _require(session, request, request.number)
        actions.claim(session, request.workspace_id, request.number, request.person.id, request.now)


def open_update(request: Request) -> Response:
    """Update… on a card or a list: the form, filled with what is known."""
    with request.db.reading() as session:
        form = form_of(session, request, request.number)
    return OpenModal(form, request.how)


def choose_fields(request: Request) -> Response:
    """Another stage or forecast was chosen in the form: it asks for what that needs, and keeps what was typed."""
    with request.db.reading() as session:
        renewal_id = Reference.from_view(request.view).renewal_id
        return OpenModal(form_of(session, request, renewal_id, Typed.from_view(request.view)), ModalMode.UPDATE)


def submit_update(request: Request) -> Response:
    """Where the renewal stands now; a stage whose fields the form has not shown yet asks for them first."""
    if note := needs_more(request.view):
        with request.db.reading() as session:
            renewal_id = Reference.from_view(request.view).renewal_id
            return OpenModal(form_of(session, request, renewal_id, Typed.from_view(request.view), note))
    update = read_update(request.view)
    with request.writing() as session:
        _require(session, request, update.renewal_id)
        _settle_who(session, request, update)
        actions.change(
            session, request.workspace_id, update.renewal_id, request.person.id, _change(update), request.now
        )
    return None


def open_snooze(request: Request) -> Response:
    """Snooze… on a card: until when, as far as the deadline allows."""
    with request.db.reading() as session:
        card = card_to_change(session, request, request.number)
        choices = renewal_queries.snoozes(session, request.workspace_id, card)
    return OpenModal(snooze_form(card, choices, date.fromisoformat(card.as_of)))


def submit_snooze(request: Request) -> None:
    """Rest until the chosen day."""
    snooze = read_snooze(request.view)
    with request.writing() as session:
        _require(session, request, snooze.renewal_id)
        by, until = request.person.id, snooze.until
        actions.snooze(session, request.workspace_id, snooze.renewal_id, by, until, snooze.reason, request.now)


def choose_invoiced(request: Request) -> None:
    """The invoice is out."""
    with request.writing() as session:
        _require(session, request, request.number)
        actions.mark_invoiced(session, request.workspace_id, request.number, request.person.id, request.now)


def choose_paid(request: Request) -> None:
    """The money is in; Slack has asked whether it is. Refused on an older card, where Paid stood beside Invoiced."""
    with request.db.reading() as session:
        if card_to_change(session, request, request.number).stage == Stage.SIGNED:
            raise Refused(NOT_INVOICED)
    with request.writing() as session:
        _require(session, request, request.number)
        actions.mark_paid(session, request.workspace_id, request.number, request.person.id, request.now)


def choose_undo_paid(request: Request) -> Response:
    """Undo Paid, on the card or in what `/renewal` offers."""
    with request.writing() as session:
        _require(session, request, request.number)
        undone = actions.undo_paid(session, request.workspace_id, request.number, request.person.id, request.now)
    # On the card everyone sees it; an offer that only this person sees does not change.
    is_offer = bool((request.body.get("container") or {}).get("is_ephemeral"))
    return f"{text.name(undone.account)} is not paid any more: its card is open again." if is_offer else None


def card_to_change(session: Session, request: Request, renewal_id: int) -> RenewalCard:
    """What the card shows, for someone who may change it; raises NotForYou for anyone else."""
    _require(session, request, renewal_id)
    return renewal_queries.card(session, request.workspace_id, renewal_id, request.now)


def form_of(
    session: Session, request: Request, renewal_id: int, typed: Typed | None = None, note: str = ""
) -> dict[str, Any]:
    """The form behind Update… as this person is shown it; raises NotForYou for anyone who may not change it."""
    _require(session, request, renewal_id)
    card = renewal_queries.card_to_update(session, request.workspace_id, renewal_id, request.now)
    final = signing.shown(session, request.workspace_id, renewal_id, request.now)
    assert final is not None
    signed = Signed(final.values, final.months, final.starts, final.ends)
    return update_form(card, request.person.slack_id, signed, typed, note)


def _require(session: Session, request: Request, renewal_id: int) -> None:
    account_permissions.require_renewal(session, request.workspace_id, request.person, renewal_id)


def _settle_who(session: Session, request: Request, update: RenewalUpdate) -> None:
    """Take it on or let it go, as the form says; raises FieldErrors beside that field when it cannot be."""
    act = {OnIt.TAKE: actions.claim, OnIt.LET_GO: actions.release}.get(update.on_it)
    if act is None:
        return
    try:
        act(session, request.workspace_id, update.renewal_id, request.person.id, request.now)
    except Refused as refused:
        raise FieldErrors({"on_it": refused.message}) from refused


def _change(update: RenewalUpdate) -> RenewalChange:
    """Only what the person changed: what they left alone stays as it is by now, whatever the form showed."""
    wanted = {name: getattr(update, name) for name in update.changed}
    if "proposed_value" in wanted:
        wanted["proposed_currency"] = update.proposed_currency
    if "stage" in wanted:
        wanted |= {"lost_reason": update.lost_reason, "lost_words": update.lost_words}
    if (signed := update.signed) is not None:
        wanted["final"] = FinalTerms(signed.values, signed.months, signed.starts, signed.ends)
    return RenewalChange(**wanted)
