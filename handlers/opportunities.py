"""`/grow`: what a customer may need besides; a proposal's answers; a segment's gaps, and the list of products."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.accounts import permissions as account_permissions
from bot.accounts import search as account_search
from bot.accounts.people_facts import NamedThere
from bot.accounts.search import Found
from bot.db.work import Work
from bot.nurture import actions as nurture
from bot.opportunities import pipeline, products, proposals, queries, removal
from bot.opportunities.facts import ProposalCard, Spotted
from bot.opportunities.forms import (
    GrowthAbout,
    opportunities_view,
    opportunity_form,
    products_form,
    read_opportunity,
    read_products,
    read_refusal,
    refusal_form,
    removed_view,
)
from bot.opportunities.messages import account_message, because, segment_message
from bot.opportunities.rules import ProposalAnswer
from bot.opportunities.stages import GrowthKind, OpportunityLost, OpportunitySource, OpportunityStage
from bot.slack.ids import ActionId, ViewId
from handlers import people
from handlers.inbound.request import ModalMode, OpenModal, RefreshModal, Request, Response
from handlers.inbound.resolve_account import account_meant
from handlers.inbound.router import Router

SEGMENT, PRODUCTS = "segment", "products"


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/grow", open_grow)
    router.action(ActionId.OPEN_GROWTH, choose_account)
    router.action(ActionId.ADD_OPPORTUNITY, open_new)
    router.action(ActionId.OPPORTUNITY_FROM_NURTURE, open_from_nurture)
    router.action(ActionId.CHANGE_OPPORTUNITY, open_change)
    router.action(ActionId.REMOVE_OPPORTUNITY, press_remove)
    router.action(ActionId.LIST_OPPORTUNITIES, open_all)
    router.action(ActionId.OPEN_PROPOSAL, open_proposal)
    router.action(ActionId.REFUSE_PROPOSAL, open_proposal_refusal)
    router.action(ActionId.PUT_OFF_PROPOSAL, put_off)
    router.action(ActionId.REFUSE_PRODUCT, open_refusal)
    router.action(ActionId.ALLOW_PRODUCT, press_allow)
    router.action(ActionId.REMOVE_PRODUCT, remove_product)
    router.submit(ViewId.OPPORTUNITY, submit_opportunity)
    router.submit(ViewId.REFUSE_PRODUCT, submit_refusal)
    router.submit(ViewId.PRODUCTS, submit_products)


def open_grow(request: Request) -> Response:
    """`/grow [account]`; `/grow segment Retail`; `/grow products` for managers."""
    word, _, rest = request.text.strip().partition(" ")
    with request.reading() as work:
        if word.casefold() == SEGMENT and rest.strip():
            return segment_message(queries.segment_growth(work, rest))
        if request.text.strip().casefold() == PRODUCTS:
            account_permissions.require_manager(request.person)
            return OpenModal(products_form(products.sold(work)), request.how)
        account = account_meant(work, request, "/grow")
        return account_message(queries.account_growth(work, account.id)) if isinstance(account, Found) else account


def choose_account(request: Request) -> Response:
    """A button that names an account: the same answer."""
    with request.reading() as work:
        return account_message(queries.account_growth(work, request.number))


def open_all(request: Request) -> Response:
    """All…: those that the message does not hold, too."""
    with request.reading() as work:
        return OpenModal(opportunities_view(queries.account_growth(work, request.number, queries.LISTED)), request.how)


def open_new(request: Request) -> Response:
    """Write one down…: the empty form."""
    with request.reading() as work:
        account = account_search.require_account(work, request.number)
        account_permissions.require_team(work, request.person, account.id)
        shown = Spotted(GrowthKind.CROSS_SELL, "")
        return _form(work, request, account.name, GrowthAbout(account.id), shown)


def open_from_nurture(request: Request) -> Response:
    """An opportunity… under a nurture touch that they answered: what they said is where their need begins."""
    with request.reading() as work:
        account_id = nurture.account_of(work, request.number)
        account_permissions.require_team(work, request.person, account_id)
        touch = nurture.asked_again(work, request.number, request.person.id)
        said_by = NamedThere(touch.heard_from)
        shown = Spotted(GrowthKind.CROSS_SELL, touch.said, source=OpportunitySource.NURTURE, who=said_by)
        return _form(work, request, touch.account, GrowthAbout(account_id), shown)


def open_change(request: Request) -> Response:
    """Change…: the form as it was last kept."""
    with request.reading() as work:
        one = queries.read(work, request.number)
        account_permissions.require_team(work, request.person, one.account_id)
        shown = Spotted(
            kind=GrowthKind(one.kind),
            need=one.need,
            budget=one.budget,
            product_id=one.product_id,
            value=one.value,
            currency=one.currency,
            stage=OpportunityStage(one.stage),
            lost_reason=OpportunityLost(one.lost_reason) if one.lost_reason else None,
            source=OpportunitySource(one.source),
            who=NamedThere(one.contact),
        )
        is_list = request.view.get("callback_id") == ViewId.OPPORTUNITIES
        about = GrowthAbout(one.account_id, one.id, list_view=str(request.view.get("id") or "") if is_list else "")
        return _form(work, request, one.account, about, shown, stays=removal.why_it_stays(work, one))


def press_remove(request: Request) -> Response:
    """Remove it: it was written down by mistake."""
    with request.writing() as work:
        one = queries.read(work, request.number)
        account_permissions.require_team(work, request.person, one.account_id)
        removal.remove(work, one.id, request.person)
        return OpenModal(removed_view(one.account, one.product), ModalMode.UPDATE)


def open_proposal(request: Request) -> Response:
    """Open an opportunity… on a proposal: the form with its product, under what spoke for it."""
    with request.reading() as work:
        card = _proposal(work, request, request.number)
        kind = GrowthKind(card.kind)
        source = OpportunitySource.USAGE if kind is GrowthKind.UPSELL else OpportunitySource.PEERS
        shown = Spotted(kind, "", product_id=card.product_id, source=source)
        about = GrowthAbout(card.account_id, proposal_id=card.proposal_id)
        return _form(work, request, card.account, about, shown, because(card.signals, card.account))


def submit_opportunity(request: Request) -> Response:
    """Keep it; a proposal that it came from is answered, a list that lies under it says it as it is now."""
    (spotted, who), about = read_opportunity(request.view), GrowthAbout.from_view(request.view)
    with request.writing() as work:
        number = about.opportunity_id
        account_id = queries.read(work, number).account_id if number else about.account_id
        account_permissions.require_team(work, request.person, account_id)
        spotted = replace(spotted, who=people.keep_named(work, request, account_id, who))
        if number:
            pipeline.change(work, number, spotted, request.person)
            if not about.list_view:
                return None
            listed = queries.account_growth(work, account_id, queries.LISTED)
            return RefreshModal(about.list_view, opportunities_view(listed))
        if about.proposal_id:
            _proposal(work, request, about.proposal_id)
            proposals.answer(work, about.proposal_id, ProposalAnswer.OPENED, request.person)
        origin = proposals.key(about.proposal_id) if about.proposal_id else ""
        pipeline.add(work, about.account_id, spotted, request.person, origin)
        return None


def open_refusal(request: Request) -> Response:
    """Not eligible… under an account's products."""
    with request.reading() as work:
        account = account_search.require_account(work, request.number)
        account_permissions.require_team(work, request.person, account.id)
        return OpenModal(_refusal_view(work, account.name, GrowthAbout(account.id)), request.how)


def open_proposal_refusal(request: Request) -> Response:
    """Not eligible… on a proposal: its product is chosen already."""
    with request.reading() as work:
        card = _proposal(work, request, request.number)
        about = GrowthAbout(card.account_id, proposal_id=card.proposal_id)
        return OpenModal(_refusal_view(work, card.account, about, card.product_id), request.how)


def submit_refusal(request: Request) -> None:
    """Keep the reason: it is not proposed again."""
    product_id, reason = read_refusal(request.view)
    about = GrowthAbout.from_view(request.view)
    with request.writing() as work:
        account_permissions.require_team(work, request.person, about.account_id)
        pipeline.refuse(work, about.account_id, product_id, reason, request.person)
        if about.proposal_id and _proposal(work, request, about.proposal_id).product_id == product_id:
            proposals.answer(work, about.proposal_id, ProposalAnswer.NOT_ELIGIBLE, request.person, reason)


def press_allow(request: Request) -> Response:
    """They may, beside what an account cannot have: the form without it."""
    about = GrowthAbout.from_view(request.view)
    with request.writing() as work:
        account = account_search.require_account(work, about.account_id)
        account_permissions.require_team(work, request.person, account.id)
        proposals.allow(work, account.id, request.number, request.person)
        return OpenModal(_refusal_view(work, account.name, about), ModalMode.UPDATE)


def put_off(request: Request) -> None:
    """Not now, on a proposal."""
    with request.writing() as work:
        _proposal(work, request, request.number)
        proposals.answer(work, request.number, ProposalAnswer.NOT_NOW, request.person)


def submit_products(request: Request) -> None:
    """Keep more products."""
    account_permissions.require_manager(request.person)
    with request.writing() as work:
        products.add(work, read_products(request.view))


def remove_product(request: Request) -> Response:
    """Remove, beside a product: the list without it."""
    account_permissions.require_manager(request.person)
    with request.writing() as work:
        products.remove(work, request.number)
        return OpenModal(products_form(products.sold(work)), ModalMode.UPDATE)


def _proposal(work: Work, request: Request, proposal_id: int) -> ProposalCard:
    """The proposal, for somebody who may change its account; raises NotForYou for anyone else."""
    card = proposals.read(work, proposal_id)
    account_permissions.require_team(work, request.person, card.account_id)
    return card


def _refusal_view(work: Work, account: str, about: GrowthAbout, chosen: int | None = None) -> dict[str, Any]:
    return refusal_form(account, about, products.sold(work), queries.refused_of(work, about.account_id), chosen)


def _form(
    work: Work, request: Request, account: str, about: GrowthAbout, shown: Spotted, intro: str = "", stays: str = ""
) -> OpenModal:
    who = people.who_draft(work, about.account_id, shown.who.contact)
    view: dict[str, Any] = opportunity_form(account, about, products.sold(work), shown, intro, who, stays)
    return OpenModal(view, request.how)
