"""What the timeline says of pulses: rounds, and those that went to somebody else since nobody acted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.accounts.timeline import TimelineSource, entry, events, events_of_kinds
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Member, PulseRound
from bot.pulses.messages.answers import said_in_timeline
from bot.pulses.messages.lines import timeline_line
from bot.pulses.rounds import Answer, answers_in
from bot.pulses.rules import Colour
from bot.workspace.members import MemberView

ESCALATED = "pulse_escalated"


def pulses(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Rounds: of a running one who has answered, never what; of a closed one what was said, and who was silent."""
    rounds = work.session.scalars(work.select(PulseRound).where(PulseRound.id.in_(ids))).all()
    answered = answers_in(work, ids)
    names = _names(work, answered)
    found = {}
    for one in rounds:
        given = answered.get(one.id, [])
        details = {"asked": str(len(one.asked)), "answered": str(len(given))}
        words = ""
        if one.closed_at is not None:
            details |= {colour: str(sum(a.colour is colour for a in given)) for colour in Colour}
            details["heard"] = str(sum(a.heard_on is not None for a in given))
            told = [a for a in given if a.colour is not Colour.GREEN or a.earlier]
            words = "\n".join(said_in_timeline(a, names[a.member_id], a.earlier) for a in told)
        code = "closed" if one.closed_at is not None else "running"
        found[one.id] = entry("pulse", code, one.id, one.closed_at or one.opened_at, reader, None, None, words, details)
    return found


def escalations(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Whom rounds went to when nothing was done."""
    found = {}
    for event, slack_id, name in events(work, ids):
        details = {key: str(value) for key, value in event.facts.items() if value is not None}
        found[event.id] = entry("pulse", event.kind, event.id, event.at, reader, slack_id, name, "", details)
    return found


def _names(work: Work, answered: Mapping[int, Sequence[Answer]]) -> Mapping[int, str]:
    ids = {answer.member_id for given in answered.values() for answer in given}
    people = work.session.execute(work.select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {one.id: one.name for one in people}


KIND = {"pulse": TimelineKind(3, "Pulses", timeline_line)}
SOURCES = {
    "pulse": TimelineSource(
        "pulse",
        lambda account_id: select(PulseRound.id, func.coalesce(PulseRound.closed_at, PulseRound.opened_at)).where(
            PulseRound.account_id == account_id
        ),
        pulses,
    ),
    "pulse_event": TimelineSource("pulse", events_of_kinds([ESCALATED]), escalations),
}
