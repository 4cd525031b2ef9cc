"""What the timeline says of opportunities and of what an account cannot have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, recorded, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Member, NotEligible, Opportunity, Product
from bot.opportunities.messages import timeline_line
from bot.opportunities.stages import MAY_HAVE, REMOVED
from bot.workspace.members import MemberView


def opened(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Opportunities on the day on which they were written down."""
    return _entries(work, ids, reader, is_closing=False)


def decided(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """The same on the day on which they were won or lost."""
    return _entries(work, ids, reader, is_closing=True)


def refused(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Products that the account cannot have, on the day on which somebody said so."""
    rows = work.session.execute(
        work.select(NotEligible, Member.slack_id, Member.name, Product.name)
        .join(Member, Member.id == NotEligible.by_id)
        .join(Product, Product.id == NotEligible.product_id)
        .where(NotEligible.id.in_(ids))
    )
    return {
        one.id: entry("growth", "refused", one.id, one.at, reader, slack_id, name, one.reason, {"product": product})
        for one, slack_id, name, product in rows
    }


def _entries(work: Work, ids: Sequence[int], reader: MemberView, is_closing: bool) -> Mapping[int, Entry]:
    who = Opportunity.closed_by_id if is_closing else Opportunity.created_by_id
    rows = work.session.execute(
        work.select(Opportunity, Member.slack_id, Member.name, Product.name)
        .outerjoin(Member, Member.id == who)
        .outerjoin(Product, Product.id == Opportunity.product_id)
        .where(Opportunity.id.in_(ids))
    )
    found = {}
    for one, slack_id, name, product in rows:
        code, at, words = (one.stage, one.closed_at, "") if is_closing else ("opened", one.created_at, one.need)
        details = {
            "product": product or "",
            "value": "" if one.value is None else str(one.value),
            "currency": one.currency or "",
            "reason": one.lost_reason or "",
            "contact": one.contact,
        }
        found[one.id] = entry("growth", code, one.id, at, reader, slack_id, name, words, details)
    return found


KIND = {"growth": TimelineKind(9, "Opportunities", timeline_line)}
SOURCES = {
    "opportunity_opened": TimelineSource(
        "growth",
        rows_at(Opportunity, Opportunity.created_at),
        opened,
    ),
    "opportunity_decided": TimelineSource(
        "growth",
        rows_at(Opportunity, Opportunity.closed_at),
        decided,
    ),
    "not_eligible": TimelineSource(
        "growth",
        rows_at(NotEligible, NotEligible.at),
        refused,
    ),
    "eligible_again": recorded("growth", "allowed", MAY_HAVE, "reason"),
    "opportunity_removed": recorded("growth", "removed", REMOVED, "need"),
}
