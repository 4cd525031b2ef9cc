"""What the timeline says of the people at a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.decision_process import CHANGED
from bot.accounts.timeline import TimelineSource, entry, events, events_of_kinds
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.core.customer_people import PersonPart
from bot.db.work import Work
from bot.models import CustomerPerson
from bot.people.messages import timeline_line
from bot.people.rules import PersonTrace
from bot.workspace.members import MemberView


def people(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """What happened to them, under the name that they have now, if they have one."""
    found = events(work, ids)
    numbers = {int(number) for event, *_ in found if (number := event.facts.get("person_id"))}
    rows = work.session.scalars(work.select(CustomerPerson).where(CustomerPerson.id.in_(numbers)))
    known = {one.id: one for one in rows}
    told = {}
    for event, slack_id, name in found:
        person = known.get(event.facts.get("person_id", 0))
        details: dict[str, str] = {}
        if person is not None:
            part = PersonPart(person.part).label if person.part in set(PersonPart) else ""
            details = {"name": person.name, "part": part, "left_on": str(person.left_on or "")}
        told[event.id] = entry("person", event.kind, event.id, event.at, reader, slack_id, name, "", details)
    return told


KIND = {"person": TimelineKind(8, "People there", timeline_line)}
SOURCES = {"person": TimelineSource("person", events_of_kinds([*PersonTrace, CHANGED]), people)}
