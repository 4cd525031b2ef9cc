"""What the timeline says of pulses: rounds, and those that went to somebody else since nobody acted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.accounts.timeline import WORDS_KEPT, TimelineSource, entry, events, events_of_kinds
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Member, PulseAnswer, PulseRound
from bot.pulses.messages.lines import timeline_line
from bot.workspace.members import MemberView

ESCALATED = "pulse_escalated"


def pulses(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Rounds: of a running one who has answered, never what; of a closed one what was said, and who was silent."""
    rounds = work.session.scalars(work.select(PulseRound).where(PulseRound.id.in_(ids))).all()
    answered: dict[int, list[tuple[PulseAnswer, str]]] = defaultdict(list)
    for answer, name in work.session.execute(
        select(PulseAnswer, Member.name)
        .join(Member, Member.id == PulseAnswer.member_id)
        .where(within(PulseAnswer.workspace_id, work.workspace_id), PulseAnswer.round_id.in_(ids))
        .order_by(PulseAnswer.id)
    ):
        answered[answer.round_id].append((answer, name))
    found = {}
    for one in rounds:
        given = answered[one.id]
        details = {"asked": str(len(one.asked)), "answered": str(len(given))}
        words = ""
        if one.closed_at is not None:
            details |= {colour: str(sum(a.colour == colour for a, _ in given)) for colour in ("green", "yellow", "red")}
            details["heard"] = str(sum(a.heard_on is not None for a, _ in given))
            told = [(answer, name) for answer, name in given if answer.colour != "green" or answer.earlier]
            words = "\n".join(_said(answer, name) for answer, name in told)
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


def _said(answer: PulseAnswer, name: str) -> str:
    known = f"heard from {answer.heard_from or 'them'} on {answer.heard_on}" if answer.heard_on else "an impression"
    now = _in_words(f"{name}, {answer.colour}, {known}", answer.reasons, answer.words)
    before = [_in_words(f"before that {one['colour']}", one["reasons"], one["words"]) for one in answer.earlier]
    return "; ".join([now, *before])


def _in_words(head: str, reasons: Sequence[str], words: str) -> str:
    parts = [part for part in (", ".join(reasons), words[:WORDS_KEPT]) if part]
    return f"{head}: {'. '.join(parts)}" if parts else head


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
