"""What the timeline says of touchpoints, and of those that were changed or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.accounts.timeline import TimelineSource, entry, events, events_of_kinds
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Member, Touchpoint
from bot.slack.ids import ActionId
from bot.touchpoints.facts import TouchTrace
from bot.touchpoints.messages import timeline_line
from bot.workspace.members import MemberView


def touches(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Touchpoints, notes and tickets."""
    rows = work.session.execute(
        work.select(Touchpoint, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == Touchpoint.by_id)
        .where(Touchpoint.id.in_(ids))
    )
    found = {}
    for touch, slack_id, name in rows:
        details = {
            "kind": touch.kind,
            "department": touch.department,
            "contact": touch.contact,
            "mood": touch.mood,
            "purpose": touch.purpose,
            "permalink": touch.permalink,
            "priority": touch.priority,
            "satisfaction": str(touch.satisfaction or ""),
            "escalated": "yes" if touch.escalated else "",
        }
        mine = reader.manages or reader.id in (touch.by_id, touch.logged_by_id)
        found[touch.id] = entry(
            "touch", touch.kind, touch.id, touch.at, reader, slack_id, name, touch.words, details, mine
        )
    return found


def traces(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Touchpoints that were edited, deleted or undone, with what they said before."""
    found = {}
    for event, slack_id, name in events(work, ids):
        before = event.facts.get("before", {})
        found[event.id] = entry(
            "touch", event.kind, event.id, event.at, reader, slack_id, name, before.get("words", "")
        )
    return found


KIND = {"touch": TimelineKind(1, "Touchpoints and notes", timeline_line, ActionId.EDIT_TOUCH)}
SOURCES = {
    "touch": TimelineSource(
        "touch",
        lambda account_id: select(Touchpoint.id, Touchpoint.at).where(
            Touchpoint.account_id == account_id, Touchpoint.deleted_at.is_(None)
        ),
        touches,
    ),
    "trace": TimelineSource("touch", events_of_kinds(tuple(TouchTrace)), traces),
}
