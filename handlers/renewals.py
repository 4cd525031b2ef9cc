"""A renewal's buttons and the forms behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.accounts import decision_process
from bot.accounts import permissions as account_permissions
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.forecast import queries as forecast
from bot.forecast.messages import beside
from bot.renewals import actions, signing
from bot.renewals import queries as renewal_queries
from bot.renewals.actions import RenewalChange
from bot.renewals.decision_time import last_decision
from bot.renewals.facts import RenewalCard
from bot.renewals.forms.snooze import asks_for_date, read_snooze, snooze_form
from bot.renewals.forms.update import OnIt, RenewalUpdate, Signed, Typed, needs_more, read_update, update_form
from bot.renewals.messages.card import details_view
from bot.renewals.messages.decision import decision_lines
from bot.renewals.messages.reasons import next_word, why_rule
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.renewals.signing import FinalTerms
from bot.slack import text
from bot.slack.form_fields import Reference
from bot.slack.ids import ActionId, ViewId
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router
from handlers.reasons import why_answer

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
    router.action(ActionId.RENEWAL_DETAILS, open_details)
    router.action(ActionId.WHY_RENEWAL, open_why)
    router.action(ActionId.CHOOSE_UNTIL, choose_until)
    router.action(ActionId.CHOOSE_CHANGE, choose_fields)
    router.action(ActionId.CHOOSE_STAGE, choose_fields)
    router.action(ActionId.CHOOSE_FORECAST, choose_fields)
    router.submit(ViewId.UPDATE_RENEWAL, submit_update)
    router.submit(ViewId.SNOOZE_RENEWAL, submit_snooze)


def choose_claim(request: Request) -> None:
    """I'm on it."""
    with request.writing() as work:
        _require(work, request, request.number)
        actions.claim(work, request.number, request.person.id)


def open_update(request: Request) -> Response:
    """Update… on a card or a list: the form, filled with what is known."""
    with request.reading() as work:
        form = form_of(work, request, request.number)
    return OpenModal(form, request.how)


def choose_fields(request: Request) -> Response:
    """Another change, stage or forecast was chosen: the form asks for what that needs, and keeps what was typed."""
    with request.reading() as work:
        renewal_id = Reference.from_view(request.view).renewal_id
        return OpenModal(form_of(work, request, renewal_id, Typed.from_view(request.view)), ModalMode.UPDATE)


def submit_update(request: Request) -> Response:
    """Where the renewal stands now; a stage whose fields the form has not shown yet asks for them first."""
    if note := needs_more(request.view):
        with request.reading() as work:
            renewal_id = Reference.from_view(request.view).renewal_id
            return OpenModal(form_of(work, request, renewal_id, Typed.from_view(request.view), note))
    update = read_update(request.view)
    with request.writing() as work:
        _require(work, request, update.renewal_id)
        _settle_who(work, request, update)
        actions.change(work, update.renewal_id, request.person.id, _change(update))
    return None


def open_snooze(request: Request) -> Response:
    """Snooze… on a card: until when, as far as the deadline allows."""
    with request.reading() as work:
        card = card_to_change(work, request, request.number)
        choices = renewal_queries.snoozes(work, card)
    return OpenModal(snooze_form(card, choices, date.fromisoformat(card.as_of)))


def choose_until(request: Request) -> Response:
    """Another choice in the form: a date is asked for only where one is chosen."""
    return OpenModal(_snooze_again(request), ModalMode.UPDATE)


def submit_snooze(request: Request) -> Response:
    """Rest until the chosen day; a form sent before it asked for the date asks for it."""
    if asks_for_date(request.view):
        return OpenModal(_snooze_again(request))
    snooze = read_snooze(request.view)
    with request.writing() as work:
        _require(work, request, snooze.renewal_id)
        by, until = request.person.id, snooze.until
        actions.snooze(work, snooze.renewal_id, by, until, snooze.reason)
    return None


def _snooze_again(request: Request) -> dict[str, Any]:
    """The form as it was filled in so far, with the fields that its choice needs."""
    with request.reading() as work:
        card = card_to_change(work, request, Reference.from_view(request.view).renewal_id)
        choices = renewal_queries.snoozes(work, card)
    return snooze_form(card, choices, date.fromisoformat(card.as_of), request.view)


def choose_invoiced(request: Request) -> None:
    """The invoice is out."""
    with request.writing() as work:
        _require(work, request, request.number)
        actions.mark_invoiced(work, request.number, request.person.id)


def choose_paid(request: Request) -> None:
    """The money is in; Slack has asked whether it is. Refused on an older card, where Paid stood beside Invoiced."""
    with request.reading() as work:
        if card_to_change(work, request, request.number).stage == Stage.SIGNED:
            raise Refused(NOT_INVOICED)
    with request.writing() as work:
        _require(work, request, request.number)
        actions.mark_paid(work, request.number, request.person.id)


def choose_undo_paid(request: Request) -> Response:
    """Undo Paid, on the card or in what `/renewal` offers."""
    with request.writing() as work:
        _require(work, request, request.number)
        undone = actions.undo_paid(work, request.number, request.person.id)
    # On the card everyone sees it; an offer that only this person sees does not change.
    is_offer = bool((request.body.get("container") or {}).get("is_ephemeral"))
    return f"{text.name(undone.account)} is not paid any more: its card is open again." if is_offer else None


def open_details(request: Request) -> Response:
    """Contracts and team, in a card's menu: what the card folds away."""
    with request.reading() as work:
        card = renewal_queries.card(work, request.number)
        steps, last = decision_process.steps_of(work, card.account_id), last_decision(work, card.account_id)
        decides = decision_lines(steps, last, card.as_of)
        return OpenModal(details_view(card, _beside(work, card), decides), request.how)


def open_why(request: Request) -> Response:
    """Why am I seeing this?, in a card's menu or a reminder's."""
    # Where others read the channel, only the card that was sent knows why it stands here.
    number, _, routed = request.value.partition(":")
    with request.reading() as work:
        card = renewal_queries.card(work, replace(request, action={"value": number}).number)
        card = replace(card, routed=routed or card.routed)
        return why_answer(work, request, card.account, card.tier, why_rule(card), next_word(card))


def card_to_change(work: Work, request: Request, renewal_id: int) -> RenewalCard:
    """What the card shows, for someone who may change it; raises NotForYou for anyone else."""
    _require(work, request, renewal_id)
    return renewal_queries.card(work, renewal_id)


def form_of(
    work: Work, request: Request, renewal_id: int, typed: Typed | None = None, note: str = ""
) -> dict[str, Any]:
    """The form behind Update… as this person is shown it; raises NotForYou for anyone who may not change it."""
    _require(work, request, renewal_id)
    card = renewal_queries.card_to_update(work, renewal_id)
    final = signing.shown(work, renewal_id)
    assert final is not None
    signed = Signed(final.values, final.months, final.starts, final.ends)
    return update_form(card, request.person.slack_id, signed, typed, note, _beside(work, card))


def _beside(work: Work, card: RenewalCard) -> str:
    """Both keys of the forecast, as long as something is to be forecast."""
    keys = forecast.two_keys(work, card.renewal_id) if is_unsigned(Stage(card.stage)) and not card.outcome else None
    return beside(keys) if keys else ""


def _require(work: Work, request: Request, renewal_id: int) -> None:
    account_permissions.require_renewal(work, request.person, renewal_id)


def _settle_who(work: Work, request: Request, update: RenewalUpdate) -> None:
    """Take it on or let it go, as the form says; raises FieldErrors beside that field when it cannot be."""
    act = {OnIt.TAKE: actions.claim, OnIt.LET_GO: actions.release}.get(update.on_it)
    if act is None:
        return
    try:
        act(work, update.renewal_id, request.person.id)
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
