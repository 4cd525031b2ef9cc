"""An opportunity written down by mistake: out of figures, story, cards and whitespace; one line of history says so."""

from __future__ import annotations

from sqlalchemy import delete, select

from bot import follow_ups
from bot.accounts import customer_people, timeline
from bot.core import events
from bot.db.scope import is_row, lock
from bot.db.work import Work
from bot.errors import Refused
from bot.models import Opportunity, Renewal
from bot.opportunities import proposals
from bot.opportunities.events import OpportunityRemoved
from bot.opportunities.queries import KnownOpportunity, read
from bot.opportunities.stages import REMOVED
from bot.renewals.listeners import show_on_cards
from bot.workspace.members import MemberView

COUNTED = (
    "This was won at a renewal that is closed, and counts as growth there: it stays. "
    "If they did not buy it after all, choose another stage instead."
)


def why_it_stays(work: Work, one: KnownOpportunity) -> str:
    """Why an opportunity cannot be removed, as a sentence; empty where it can."""
    if one.renewal_id is None:
        return ""
    closed_at = work.session.scalar(select(Renewal.closed_at).where(is_row(Renewal, work.workspace_id, one.renewal_id)))
    return COUNTED if closed_at is not None else ""


def remove(work: Work, opportunity_id: int, by: MemberView) -> None:
    """It was written down by mistake: it counts nowhere, and its open next steps are dropped.

    A proposal that it was opened from has no answer any more. The timeline keeps its words. Raises Refused when it is
    gone, and for one that a closed renewal counts.
    """
    lock(work, Opportunity, [opportunity_id])
    was = read(work, opportunity_id)
    if why := why_it_stays(work, was):
        raise Refused(why)
    value = "" if was.value is None else str(was.value)
    facts = {"product": was.product, "value": value, "currency": was.currency or "", "need": was.need}
    timeline.record(work, was.account_id, REMOVED, by.id, facts)
    follow_ups.drop_open(work, f"opportunity:{opportunity_id}", by.id)
    customer_people.forget_meetings(work, [f"opportunity:{opportunity_id}"])
    work.session.execute(
        delete(Opportunity)
        .where(is_row(Opportunity, work.workspace_id, opportunity_id))
        .execution_options(synchronize_session=False)
    )
    proposals.reopen(work, was.origin)
    show_on_cards(work, [was.account_id])
    events.publish(work, OpportunityRemoved(was.account_id, was.origin))
