"""What the handoffs on a page of the timeline say: once when they were given, once when they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.core.calendar import local_date
from bot.core.person import Person as Named
from bot.handoffs import queries as handoff_queries
from bot.story.entries import WORDS_KEPT
from bot.story.timeline_facts import Entry
from bot.workspace.members import Person


def given(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """Handoffs on the day they were given, with the package."""
    found = {}
    for one in handoff_queries.several(session, workspace_id, ids).values():
        words = "\n".join(part for part in (one.promised, one.expects, one.risks, one.first) if part)
        day = str(local_date(one.created_at, reader.timezone))
        by = Named(one.giver_slack, one.giver)
        found[one.id] = Entry("handoff", "given", one.id, day, by, words[:WORDS_KEPT], _details(one))
    return found


def settled(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """The same on the day they were accepted, returned or withdrawn."""
    found = {}
    for one in handoff_queries.several(session, workspace_id, ids).values():
        if one.settled_at is None:
            continue
        by = Named(one.settled_by_slack, one.settled_by or "") if one.settled_by_slack else None
        day = str(local_date(one.settled_at, reader.timezone))
        found[one.id] = Entry("handoff", one.state, one.id, day, by, one.gaps[:WORDS_KEPT], _details(one))
    return found


def _details(one: handoff_queries.Given) -> dict[str, str]:
    return {"direction": one.direction, "receiver": one.receiver}
