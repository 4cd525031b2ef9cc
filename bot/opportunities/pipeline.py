"""Opportunities: written down in the customer's words, moved on, won or lost; and what an account cannot have."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from bot import follow_ups
from bot.accounts import customer_people, timeline
from bot.accounts import search as account_search
from bot.db.scope import is_row, lock, within
from bot.db.upsert import insert_for
from bot.db.work import Work
from bot.errors import FieldErrors
from bot.models import Account, NotEligible, Opportunity, Renewal
from bot.opportunities import products
from bot.opportunities.facts import Spotted
from bot.opportunities.queries import KnownOpportunity, read
from bot.opportunities.stages import MAY_HAVE, OVER, OpportunityStage
from bot.renewals.listeners import show_on_cards
from bot.workspace.members import MemberView

MOST = 10**12
"""A year's value is below this; the database takes little more."""


def add(work: Work, account_id: int, spotted: Spotted, by: MemberView, origin: str = "") -> int:
    """Write an opportunity down; open cards of the account's renewals show what is possible.

    `origin` is what it is opened from, as its row keeps it (models/growth.py).
    Raises FieldErrors (need, budget, value, product, lost_reason, next_step, next_on) for what is missing: a need in
    any case, a budget before a value; Refused when the workspace has no such account.
    """
    account_search.require_account(work, account_id)
    values = _checked(work, account_id, spotted)
    row = {
        **values,
        "workspace_id": work.workspace_id,
        "account_id": account_id,
        "origin": origin,
        "stage_at": work.now,
        "created_by_id": by.id,
        "created_at": work.now,
        **_ending(work, account_id, spotted.stage, by),
    }
    table = Opportunity.__table__
    number = int(work.session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())  # type: ignore[arg-type]
    customer_people.meet_now(work, account_id, f"opportunity:{number}", spotted.who)
    _step(work, account_id, number, spotted, by)
    show_on_cards(work, [account_id])
    return number


def change(work: Work, opportunity_id: int, spotted: Spotted, by: MemberView) -> KnownOpportunity:
    """Keep what an opportunity is now. One that was decided may be opened again by another stage.

    Raises as `add` does, and Refused when it is gone.
    """
    lock(work, Opportunity, [opportunity_id])
    was = read(work, opportunity_id)
    values = _checked(work, was.account_id, spotted)
    if spotted.stage != was.stage:
        values |= {"stage_at": work.now, **_ending(work, was.account_id, spotted.stage, by)}
    work.session.execute(
        update(Opportunity).where(is_row(Opportunity, work.workspace_id, opportunity_id)).values(**values)
    )
    customer_people.meet_now(work, was.account_id, f"opportunity:{opportunity_id}", spotted.who, was.contact)
    _step(work, was.account_id, opportunity_id, spotted, by)
    show_on_cards(work, [was.account_id])
    return read(work, opportunity_id)


def refuse(work: Work, account_id: int, product_id: int, reason: str, by: MemberView) -> None:
    """Keep why an account cannot have a product: it is not proposed again.

    Raises FieldErrors (product, reason) for what is missing, Refused when the workspace has no such account.
    """
    account_search.require_account(work, account_id)
    reason = reason.strip()
    errors = {}
    if product_id not in products.sold(work):
        errors["product"] = "Choose a product."
    if not reason:
        errors["reason"] = "Say in a few words why they cannot have it."
    if errors:
        raise FieldErrors(errors)
    kept = {"reason": reason, "by_id": by.id, "at": work.now}
    row = insert_for(work.session, NotEligible).values(
        workspace_id=work.workspace_id, account_id=account_id, product_id=product_id, **kept
    )
    work.session.execute(row.on_conflict_do_update(index_elements=["account_id", "product_id"], set_=kept))


def allow(work: Work, account_id: int, product_id: int, by: MemberView) -> bool:
    """They may have a product after all: it is a gap again. Whether somebody had said that they cannot have it.

    What was said until then stays in the timeline.
    """
    mine = within(NotEligible.workspace_id, work.workspace_id), NotEligible.account_id == account_id
    gone = delete(NotEligible).where(*mine, NotEligible.product_id == product_id).returning(NotEligible.reason)
    reason = work.session.scalar(gone.execution_options(synchronize_session=False))
    if reason is None:
        return False
    facts = {"product": products.name_of(work, product_id), "reason": reason}
    timeline.record(work, account_id, MAY_HAVE, by.id, facts)
    return True


def _checked(work: Work, account_id: int, spotted: Spotted) -> dict[str, object]:
    need, budget = spotted.need.strip(), spotted.budget.strip()
    currency = spotted.currency
    errors: dict[str, str] = {}
    if not need:
        errors["need"] = "Write what they need, in their words."
    if spotted.value is not None and not budget:
        errors["budget"] = "Write what they say about money first, in their words. Then a value makes sense."
    if spotted.value is not None and not 0 <= spotted.value < MOST:
        errors["value"] = f"Write an amount from 0 to {MOST:,}, such as 18,000 EUR."
    elif spotted.value is not None and currency is None:
        mine = is_row(Account, work.workspace_id, account_id)
        currency = work.session.scalar(select(Account.currency).where(mine))
        if currency is None:
            errors["value"] = f"Write the currency too, such as {spotted.value:f} EUR."
    if spotted.product_id is not None and spotted.product_id not in products.sold(work):
        errors["product"] = "That product is not sold any more. Choose another, or none."
    if spotted.stage == OpportunityStage.LOST and spotted.lost_reason is None:
        errors["lost_reason"] = "Say why it was lost."
    if spotted.next_step.strip() and spotted.next_on is None:
        errors["next_on"] = "Choose by which day."
    if spotted.next_on is not None and not spotted.next_step.strip():
        errors["next_step"] = "Say in a few words what is to be done."
    if errors:
        raise FieldErrors(errors)
    return {
        "kind": spotted.kind.value,
        "product_id": spotted.product_id,
        "need": need,
        "budget": budget,
        "contact": spotted.who.contact,
        "value": spotted.value,
        "currency": currency if spotted.value is not None else None,
        "stage": spotted.stage.value,
        "lost_reason": spotted.lost_reason.value
        if spotted.stage == OpportunityStage.LOST and spotted.lost_reason
        else None,
        "source": spotted.source.value,
    }


def _ending(work: Work, account_id: int, stage: OpportunityStage, by: MemberView) -> dict[str, object]:
    """What is kept when an opportunity is decided, and when one that was is open again."""
    if stage not in OVER:
        return {"closed_at": None, "closed_by_id": None, "renewal_id": None}
    renewal = _renewal(work, account_id) if stage is OpportunityStage.WON else None
    return {"closed_at": work.now, "closed_by_id": by.id, "renewal_id": renewal}


def _renewal(work: Work, account_id: int) -> int | None:
    """The account's renewal that is talked about now: the next one whose card is open."""
    return work.session.scalar(
        select(Renewal.id)
        .where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id == account_id,
            Renewal.closed_at.is_(None),
            Renewal.carded_at.is_not(None),
        )
        .order_by(Renewal.deadline, Renewal.id)
        .limit(1)
    )


def _step(work: Work, account_id: int, number: int, spotted: Spotted, by: MemberView) -> None:
    words = spotted.next_step.strip()
    if not words or spotted.next_on is None:
        return
    try:
        follow_ups.add(work, account_id, by.id, words, spotted.next_on, False, f"opportunity:{number}", by.id)
    except FieldErrors as wrong:
        fields = {"follow_up": "next_step", "follow_up_on": "next_on"}
        raise FieldErrors({fields.get(name, name): said for name, said in wrong.errors.items()}) from None
