"""What the timeline says of plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Member, Plan
from bot.plans.messages import timeline_line
from bot.workspace.members import MemberView


def plans(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Plans as they were agreed."""
    rows = work.session.execute(
        work.select(Plan, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == Plan.by_id)
        .where(Plan.id.in_(ids))
    )
    found = {}
    for plan, slack_id, name in rows:
        details = {"measure": plan.measure, "rhythm": plan.rhythm, "review_on": str(plan.review_on or "")}
        details["contact"] = plan.contact
        found[plan.id] = entry("plan", "plan", plan.id, plan.created_at, reader, slack_id, name, plan.goals, details)
    return found


KIND = {"plan": TimelineKind(6, "Plans", timeline_line)}
SOURCES = {"plan": TimelineSource("plan", rows_at(Plan, Plan.created_at), plans)}
