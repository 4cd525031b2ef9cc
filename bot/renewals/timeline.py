"""What the timeline says of renewals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, events, events_of_kinds
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.renewals.line_codes import ESCALATED, Line
from bot.renewals.messages.thread_lines import timeline_line
from bot.workspace.members import MemberView


def renewals(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """What happened to renewals."""
    found = {}
    for event, slack_id, name in events(work, ids):
        details = {key: str(value) for key, value in event.facts.items() if value is not None}
        found[event.id] = entry("renewal", event.kind, event.id, event.at, reader, slack_id, name, "", details)
    return found


KIND = {"renewal": TimelineKind(5, "Renewals", timeline_line)}
SOURCES = {"renewal": TimelineSource("renewal", events_of_kinds([*Line, ESCALATED]), renewals)}
