"""What the timeline says of handoffs: once when they were given, once when they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import WORDS_KEPT, TimelineSource, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.core.calendar import local_date
from bot.core.person import Person as Named
from bot.db.work import Work
from bot.handoffs import queries
from bot.handoffs.messages import timeline_line
from bot.models import Handoff
from bot.workspace.members import MemberView


def given(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Handoffs on the day they were given, with the package."""
    found = {}
    for one in queries.several(work, ids).values():
        words = "\n".join(part for part in (one.promised, one.expects, one.risks, one.first) if part)
        day = str(local_date(one.created_at, reader.timezone))
        by = Named(one.giver_slack, one.giver)
        found[one.id] = Entry("handoff", "given", one.id, day, by, words[:WORDS_KEPT], _details(one))
    return found


def settled(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """The same on the day they were accepted, returned or withdrawn."""
    found = {}
    for one in queries.several(work, ids).values():
        if one.settled_at is None:
            continue
        by = Named(one.settled_by_slack, one.settled_by or "") if one.settled_by_slack else None
        day = str(local_date(one.settled_at, reader.timezone))
        found[one.id] = Entry("handoff", one.state, one.id, day, by, one.gaps[:WORDS_KEPT], _details(one))
    return found


def _details(one: queries.HandoffView) -> dict[str, str]:
    return {"direction": one.direction, "receiver": one.receiver}


KIND = {"handoff": TimelineKind(7, "Handoffs", timeline_line)}
SOURCES = {
    "handoff_given": TimelineSource(
        "handoff",
        rows_at(Handoff, Handoff.created_at),
        given,
    ),
    "handoff_settled": TimelineSource(
        "handoff",
        rows_at(Handoff, Handoff.settled_at),
        settled,
    ),
}
