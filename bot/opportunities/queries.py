"""Opportunities as they stand, and whitespace: which products accounts have, may get, cannot have, and have not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from bot import follow_ups
from bot.accounts import growth, proposing
from bot.accounts import search as account_search
from bot.core.calendar import local_date
from bot.core.product_names import owned_by
from bot.db.scope import within
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Account, Contract, NotEligible, Opportunity, Product
from bot.opportunities import products
from bot.opportunities.facts import AccountGrowth, OpportunityRow, SegmentGrowth, SegmentRow, WhitespaceRow
from bot.opportunities.rules import GAP, OWNED, PIPELINE, REFUSED, counted, whitespace
from bot.workspace import context

SHOWN = 8
"""Opportunities of an account that are named in a message; a list has as many as a modal holds."""
LISTED = 45
GONE = "That opportunity is no longer there. Look with `/grow`."


@dataclass(frozen=True, slots=True)
class KnownOpportunity:
    """One opportunity with its columns as in models/opportunity.py, its account's and its product's name."""

    id: int
    account_id: int
    account: str
    kind: str
    product_id: int | None
    product: str
    need: str
    budget: str
    value: Decimal | None
    currency: str | None
    stage: str
    stage_at: datetime
    lost_reason: str | None
    source: str
    closed_at: datetime | None
    contact: str = ""
    renewal_id: int | None = None
    origin: str = ""


def read(work: Work, opportunity_id: int) -> KnownOpportunity:
    """One opportunity. Raises Refused when this workspace has none of that number."""
    found = _opportunities(work, Opportunity.id == opportunity_id, 1)
    if not found:
        raise Refused(GONE)
    return found[0]


def of_account(work: Work, account_id: int, most: int = SHOWN) -> list[KnownOpportunity]:
    """An account's opportunities: the open ones first, of each the newest first."""
    return _opportunities(work, Opportunity.account_id == account_id, most)


def open_of(work: Work, account_id: int, most: int = SHOWN) -> list[KnownOpportunity]:
    """An account's open opportunities, the newest first."""
    return _opportunities(work, (Opportunity.account_id == account_id) & Opportunity.closed_at.is_(None), most)


def opened_from(work: Work, account_ids: Collection[int], origins: Collection[str]) -> dict[str, KnownOpportunity]:
    """Origin → the opportunity at one of these accounts that was opened from it, as far as it is still there."""
    which = Opportunity.account_id.in_(account_ids) & Opportunity.origin.in_(origins)
    return {one.origin: one for one in (_opportunities(work, which, len(origins)) if origins else ())}


def account_growth(work: Work, account_id: int, most: int = SHOWN) -> AccountGrowth:
    """All that `/grow` shows of an account, with at most so many of its opportunities.

    Raises Refused when the workspace has no such account.
    """
    account = account_search.require_account(work, account_id)
    zone = context.of(work).zone
    sold = products.sold(work)
    states = states_of(work, [account_id], sold).get(account_id, {})
    reasons = _reasons(work, account_id)
    together = growth.possible(work, [account_id]).get(account_id, growth.GrowthSum())
    why = proposing.held_off_of(work, [account_id]).get(account_id)
    return AccountGrowth(
        account_id,
        account.name,
        str(local_date(work.now, zone)),
        _with_steps(work, account_id, [row_of(one, zone) for one in of_account(work, account_id, most)]),
        tuple(
            WhitespaceRow(number, sold[number], state, reasons.get(number, "") if state == REFUSED else "")
            for number, state in states.items()
        ),
        {currency: str(amount) for currency, amount in together.values.items()},
        together.unvalued,
        why.label if why else "",
        together.count,
        _count(work, account_id),
    )


def _count(work: Work, account_id: int) -> int:
    mine = within(Opportunity.workspace_id, work.workspace_id), Opportunity.account_id == account_id
    return work.session.scalar(select(func.count()).select_from(Opportunity).where(*mine)) or 0


def refused_of(work: Work, account_id: int) -> list[WhitespaceRow]:
    """What an account cannot have, of what is sold: with the reasons, by name."""
    reasons, sold = _reasons(work, account_id), products.sold(work)
    return [WhitespaceRow(number, name, REFUSED, reasons[number]) for number, name in sold.items() if number in reasons]


def brief(work: Work, account_id: int) -> AccountGrowth:
    """What is open at an account, without its name and its products: what a story adds."""
    zone = context.of(work).zone
    live = tuple(row_of(one, zone) for one in open_of(work, account_id))
    together = growth.possible(work, [account_id]).get(account_id, growth.GrowthSum())
    return AccountGrowth(
        account_id,
        "",
        str(local_date(work.now, zone)),
        live,
        possible={currency: str(amount) for currency, amount in together.values.items()},
        unvalued=together.unvalued,
        live=together.count,
    )


def segment_growth(work: Work, typed: str) -> SegmentGrowth:
    """Whitespace over all active accounts of a segment. Raises Refused, naming those there are, for no such segment."""
    segment = work.session.scalar(
        work.select(Account.segment)
        .where(func.lower(Account.segment) == typed.strip().lower(), Account.is_active.is_(True))
        .limit(1)
    )
    if not segment:
        raise Refused(_which_segment(work, typed))
    ids = list(
        work.session.scalars(
            work.select(Account.id).where(
                func.lower(Account.segment) == typed.strip().lower(), Account.is_active.is_(True)
            )
        )
    )
    sold = products.sold(work)
    numbers = counted(states_of(work, ids, sold).values(), list(sold))
    rows = tuple(
        SegmentRow(name, *(numbers[number][state] for state in (OWNED, PIPELINE, GAP, REFUSED)))
        for number, name in sold.items()
    )
    return SegmentGrowth(segment, len(ids), str(local_date(work.now, context.of(work).zone)), rows)


def states_of(work: Work, account_ids: Sequence[int], sold: dict[int, str]) -> dict[int, dict[int, str]]:
    """Account → product → how it stands to it, in the order of the products."""
    keys = products.keys(sold)
    names: dict[int, set[str]] = defaultdict(set)
    pipeline: dict[int, set[int]] = defaultdict(set)
    refused: dict[int, set[int]] = defaultdict(set)
    for some in _chunks(account_ids):
        running = select(Contract.account_id, Contract.name).where(
            within(Contract.workspace_id, work.workspace_id),
            Contract.account_id.in_(some),
            Contract.status == "active",
        )
        for account_id, name in work.session.execute(running):
            names[account_id].add(name)
        for table, where, into in (
            (Opportunity, Opportunity.closed_at.is_(None), pipeline),
            (NotEligible, NotEligible.id.is_not(None), refused),
        ):
            mine = within(table.workspace_id, work.workspace_id)
            rows = select(table.account_id, table.product_id).where(mine, table.account_id.in_(some), where)
            for account_id, product_id in work.session.execute(rows):
                if product_id is not None:
                    into[account_id].add(product_id)
    return {
        one: whitespace(sold, owned_by(keys, names.get(one, ())), pipeline.get(one, ()), refused.get(one, ()))
        for one in account_ids
    }


def row_of(one: KnownOpportunity, zone: str) -> OpportunityRow:
    """An opportunity as a list shows it."""
    return OpportunityRow(
        one.id,
        one.kind,
        one.product,
        one.need,
        one.budget,
        None if one.value is None else str(one.value),
        one.currency,
        one.stage,
        str(local_date(one.stage_at, zone)),
        one.lost_reason or "",
        one.source,
        one.contact,
    )


def _opportunities(work: Work, which: ColumnElement[bool], most: int) -> list[KnownOpportunity]:
    rows = work.session.execute(
        select(Opportunity, Account.name, Product.name)
        .join(Account, Account.id == Opportunity.account_id)
        .outerjoin(Product, Product.id == Opportunity.product_id)
        .where(within(Opportunity.workspace_id, work.workspace_id), which)
        .order_by(Opportunity.closed_at.is_not(None), Opportunity.id.desc())
        .limit(most)
    )
    return [
        KnownOpportunity(
            one.id,
            one.account_id,
            account,
            one.kind,
            one.product_id,
            product or "",
            one.need,
            one.budget,
            one.value,
            one.currency,
            one.stage,
            one.stage_at,
            one.lost_reason,
            one.source,
            one.closed_at,
            one.contact,
            one.renewal_id,
            one.origin,
        )
        for one, account, product in rows
    ]


def _with_steps(work: Work, account_id: int, rows: Sequence[OpportunityRow]) -> tuple[OpportunityRow, ...]:
    """The same rows, each with what is to be done for it next."""
    nearest: dict[str, follow_ups.FollowUpView] = {}
    for one in follow_ups.open_of(work, account_id) if rows else ():
        nearest.setdefault(one.source, one)
    found = []
    for row in rows:
        step = nearest.get(f"opportunity:{row.id}")
        found.append(replace(row, next_step=step.words, next_on=str(step.due_on)) if step else row)
    return tuple(found)


def _reasons(work: Work, account_id: int) -> dict[int, str]:
    rows = work.session.execute(
        select(NotEligible.product_id, NotEligible.reason).where(
            within(NotEligible.workspace_id, work.workspace_id), NotEligible.account_id == account_id
        )
    )
    return {row.product_id: row.reason for row in rows}


def _which_segment(work: Work, typed: str) -> str:
    there = work.session.scalars(
        work.select(Account.segment)
        .where(Account.segment != "", Account.is_active.is_(True))
        .distinct()
        .order_by(Account.segment)
        .limit(20)
    ).all()
    if not there:
        return "No account has a segment. An import of accounts brings it in a column called segment."
    return f"No customer is in the segment “{typed.strip()}”. There are: {', '.join(there)}."


def _chunks(ids: Sequence[int], size: int = 5000) -> list[Collection[int]]:
    return [ids[at : at + size] for at in range(0, len(ids), size)]
