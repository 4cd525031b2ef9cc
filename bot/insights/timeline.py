"""What the timeline says of what happens at a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.insights.messages import timeline_line
from bot.models import Member, TriggerEvent
from bot.workspace.members import MemberView


def triggers(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """What happens at the customer, on the day it was written down."""
    rows = work.session.execute(
        work.select(TriggerEvent, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == TriggerEvent.by_id)
        .where(TriggerEvent.id.in_(ids))
    )
    found = {}
    for one, slack_id, name in rows:
        details = {
            "on": str(one.on_day),
            "yearly": "yes" if one.is_yearly else "",
            "ended": "yes" if one.ended_at else "",
            "what": one.words,
            "prepare": one.prepare,
        }
        found[one.id] = entry("trigger", one.kind, one.id, one.created_at, reader, slack_id, name, one.matters, details)
    return found


KIND = {"trigger": TimelineKind(8, "What happens at the customer", timeline_line)}
SOURCES = {
    "trigger": TimelineSource(
        "trigger",
        rows_at(TriggerEvent, TriggerEvent.created_at),
        triggers,
    )
}
