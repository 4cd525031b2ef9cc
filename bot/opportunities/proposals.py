"""Proposals that were told: one as its message shows it, and what became of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.db.scope import is_row, lock, within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, GrowthProposal, Member, NotEligible, Product
from bot.opportunities import pipeline
from bot.opportunities.facts import ProposalCard, Signals
from bot.opportunities.rules import ProposalAnswer
from bot.posts import outgoing
from bot.posts import queries as posts
from bot.workspace import context
from bot.workspace.members import MemberView

KIND, NOUN = "growth_proposal", "growth"
GONE = "That proposal is no longer there. Look with `/grow`."
OPENED_ALREADY = "{} opened an opportunity from this already. Change it with `/grow`."


def answer(work: Work, proposal_id: int, said: ProposalAnswer, by: MemberView, reason: str = "") -> ProposalCard:
    """Keep what became of a proposal; its message shows it. Not eligible keeps the `reason` with account and product.

    Another answer takes the place of one before, but nothing that of an opportunity: two people, or an old button,
    open no second one. Raises Refused for that, and when it is gone; FieldErrors (reason) for not eligible without one.
    """
    lock(work, GrowthProposal, [proposal_id])
    card = read(work, proposal_id)
    if card.answer == ProposalAnswer.OPENED:
        raise Refused(OPENED_ALREADY.format(card.answered_by or "Somebody"))
    if card.answer == ProposalAnswer.NOT_ELIGIBLE and said is not ProposalAnswer.NOT_ELIGIBLE:
        allow(work, card.account_id, card.product_id, by)
    if said is ProposalAnswer.NOT_ELIGIBLE:
        pipeline.refuse(work, card.account_id, card.product_id, reason, by)
    work.session.execute(
        update(GrowthProposal)
        .where(is_row(GrowthProposal, work.workspace_id, proposal_id))
        .values(answer=said.value, answered_by_id=by.id, answered_at=work.now)
    )
    return _show(work, proposal_id)


def allow(work: Work, account_id: int, product_id: int, by: MemberView) -> None:
    """They may have it after all: what was proposed of it, and answered with not eligible, has no answer any more."""
    if not pipeline.allow(work, account_id, product_id, by):
        return
    mine = within(GrowthProposal.workspace_id, work.workspace_id), GrowthProposal.account_id == account_id
    again = (
        update(GrowthProposal)
        .where(*mine, GrowthProposal.product_id == product_id, GrowthProposal.answer == ProposalAnswer.NOT_ELIGIBLE)
        .values(answer="", answered_by_id=None, answered_at=None)
        .returning(GrowthProposal.id)
    )
    for number in work.session.scalars(again.execution_options(synchronize_session=False)).all():
        _show(work, number)


def reopen(work: Work, origin: str) -> None:
    """What was opened from a proposal was a mistake: the proposal has no answer any more. Any other origin is none."""
    noun, _, number = origin.partition(":")
    if noun != NOUN:
        return
    again = (
        update(GrowthProposal)
        .where(is_row(GrowthProposal, work.workspace_id, int(number)), GrowthProposal.answer == ProposalAnswer.OPENED)
        .values(answer="", answered_by_id=None, answered_at=None)
        .returning(GrowthProposal.id)
    )
    if work.session.scalar(again.execution_options(synchronize_session=False)) is not None:
        _show(work, int(number))


def _show(work: Work, proposal_id: int) -> ProposalCard:
    """Let the proposal's message show it as it is now."""
    card = read(work, proposal_id)
    there = posts.by_keys(work, [key(proposal_id)])
    outgoing.put(work, [one.saying(card.to_facts()) for one in there])
    return card


def read(work: Work, proposal_id: int) -> ProposalCard:
    """A proposal as its message shows it now. Raises Refused when the workspace has none of that number."""
    row = work.session.execute(
        select(GrowthProposal, Account.name, Account.tier, Product.name, Member.name, NotEligible.reason)
        .join(Account, Account.id == GrowthProposal.account_id)
        .join(Product, Product.id == GrowthProposal.product_id)
        .outerjoin(Member, Member.id == GrowthProposal.answered_by_id)
        .outerjoin(
            NotEligible,
            (NotEligible.account_id == GrowthProposal.account_id)
            & (NotEligible.product_id == GrowthProposal.product_id),
        )
        .where(is_row(GrowthProposal, work.workspace_id, proposal_id))
    ).first()
    if row is None:
        raise Refused(GONE)
    one, account, tier, product, by, reason = row
    ws = context.of(work)
    again = ""
    if one.answer == ProposalAnswer.NOT_NOW:
        again = str(one.told_on + timedelta(days=ws.policies.of(tier).growth_again_days))
    return ProposalCard(
        one.id,
        one.account_id,
        account,
        one.product_id,
        product,
        one.kind,
        str(one.told_on),
        Signals.from_facts(one.signals),
        one.answer,
        by or "",
        (reason or "") if one.answer == ProposalAnswer.NOT_ELIGIBLE else "",
        again,
    )


def key(proposal_id: int) -> str:
    """By which the post of a proposal is found, and what was opened from it."""
    return f"{NOUN}:{proposal_id}"
