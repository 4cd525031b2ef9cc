"""What an overview tells of growth: what is possible in open opportunities, what was won, and what stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.accounts import growth
from bot.accounts.growth import GrowthSum
from bot.accounts.overview_facts import ListedRow, Listing, OverviewSection
from bot.accounts.overview_parts import OverviewLook
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import Account, Member, Opportunity, Product
from bot.opportunities import messages as words
from bot.opportunities.stages import OVER, OpportunityStage

SECTION = "growth"
STILL = timedelta(days=60)
"""How long an open opportunity stays in its stage until it is told."""

_OPEN = [one for one in OpportunityStage if one not in OVER]


def tell(work: Work, look: OverviewLook) -> OverviewSection:
    """Open opportunities together, those whose stage has not changed for long, and what was won since the last one."""
    possible = _summed(work, look, Opportunity.stage.in_(_OPEN))
    still = _summed(work, look, Opportunity.stage.in_(_OPEN), Opportunity.stage_at < work.now - STILL)
    since = look.since or work.now - timedelta(days=look.days)
    won = _summed(work, look, Opportunity.stage == OpportunityStage.WON, Opportunity.closed_at >= since)
    lines = (
        words.possible_line(*_plain(possible)),
        words.still_line(still.count, STILL.days),
        words.won_line(*_plain(won)),
    )
    return OverviewSection(SECTION, words.SECTION_TITLE, tuple(filter(None, lines)), listed=bool(possible.count))


def listing(work: Work, look: OverviewLook, offset: int, limit: int) -> Listing:
    """All open opportunities, the one whose stage is the oldest first."""
    rows = work.session.execute(
        _of(
            work,
            look,
            select(
                Opportunity.stage,
                Opportunity.stage_at,
                Opportunity.need,
                Opportunity.value,
                Opportunity.currency,
                Account.name.label("account"),
                Member.name.label("owner"),
                Product.name.label("product"),
                func.count().over().label("total"),
            ),
        )
        .outerjoin(Member, (Member.id == Account.owner_id) & Member.is_outsider.is_(False))
        .outerjoin(Product, Product.id == Opportunity.product_id)
        .where(Opportunity.stage.in_(_OPEN))
        .order_by(Opportunity.stage_at, Opportunity.id)
        .offset(offset)
        .limit(limit)
    ).all()
    listed = [
        ListedRow(
            one.account,
            one.owner or "",
            words.listed_why(one.product or "", one.stage, one.need),
            words.listed_worth(one.value, one.currency),
            f"since {local_date(one.stage_at, look.zone)}",
        )
        for one in rows
    ]
    return Listing(tuple(listed), rows[0].total if rows else 0)


def _summed(work: Work, look: OverviewLook, *which: Any) -> GrowthSum:
    rows = work.session.execute(_of(work, look, select(Opportunity.currency, Opportunity.value)).where(*which))
    return growth.summed([(currency, value) for currency, value in rows])


def _plain(one: GrowthSum) -> tuple[dict[str, str], int, int]:
    return {currency: str(amount) for currency, amount in one.values.items()}, one.count, one.unvalued


def _of(work: Work, look: OverviewLook, statement: Any) -> Any:
    return (
        statement.select_from(Opportunity)
        .join(Account, Account.id == Opportunity.account_id)
        .where(Opportunity.workspace_id == work.workspace_id, *look.conditions)
    )
