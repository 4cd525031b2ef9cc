"""What the timeline says of competitors' claims and our answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, recorded, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.competitors.messages import timeline_line
from bot.competitors.rules import TAKEN_BACK
from bot.db.work import Work
from bot.models import CompetitorClaim, Member
from bot.workspace.members import MemberView


def claims_heard(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Claims on the day they were heard."""
    return _entries(work, ids, reader, is_answer=False)


def claims_answered(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """The same on the day of our answer."""
    return _entries(work, ids, reader, is_answer=True)


def _entries(work: Work, ids: Sequence[int], reader: MemberView, is_answer: bool) -> Mapping[int, Entry]:
    who = CompetitorClaim.answered_by_id if is_answer else CompetitorClaim.said_by_id
    rows = work.session.execute(
        work.select(CompetitorClaim, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == who)
        .where(CompetitorClaim.id.in_(ids))
    )
    found = {}
    for one, slack_id, name in rows:
        code, at, words = (
            ("answered", one.answered_at, one.answer) if is_answer else ("heard", one.created_at, one.words)
        )
        details = {"competitor": one.competitor, "until": str(one.until or ""), "contact": one.contact}
        found[one.id] = entry("competitor", code, one.id, at, reader, slack_id, name, words, details)
    return found


KIND = {"competitor": TimelineKind(7, "Competitors", timeline_line)}
SOURCES = {
    "claim_heard": TimelineSource(
        "competitor",
        rows_at(CompetitorClaim, CompetitorClaim.created_at),
        claims_heard,
    ),
    "claim_answered": TimelineSource(
        "competitor",
        rows_at(CompetitorClaim, CompetitorClaim.answered_at),
        claims_answered,
    ),
    "claim_taken_back": recorded("competitor", "taken_back", TAKEN_BACK),
}
