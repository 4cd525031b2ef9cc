"""What the timeline says of autopsies: that one was kept, that it was withdrawn, and what would have helped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.accounts.timeline import TimelineSource, entry, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.autopsies.messages import timeline_line
from bot.db.work import Work
from bot.models import Autopsy, AutopsyAnswer, Member
from bot.workspace.members import MemberView


def kept(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Autopsies on the day of the loss."""
    rows = work.session.scalars(work.select(Autopsy).where(Autopsy.id.in_(ids)))
    found = {}
    for row in rows:
        details = {"what": row.what, "signals": str(len(row.facts.get("signals") or ()))}
        found[row.id] = entry("autopsy", "kept", row.id, row.created_at, reader, None, None, "", details)
    return found


def withdrawn(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Those that were withdrawn, on that day."""
    rows = work.session.execute(
        work.select(Autopsy, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == Autopsy.withdrawn_by_id)
        .where(Autopsy.id.in_(ids), Autopsy.withdrawn_at.is_not(None))
    )
    return {
        row.id: entry("autopsy", "withdrawn", row.id, row.withdrawn_at, reader, slack_id, name, "", {"what": row.what})
        for row, slack_id, name in rows
    }


def answers(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """What people said would have helped, each time they said it."""
    rows = work.session.execute(
        work.select(AutopsyAnswer, Member.slack_id, Member.name)
        .join(Member, Member.id == AutopsyAnswer.member_id)
        .where(AutopsyAnswer.id.in_(ids))
    )
    return {
        row.id: entry("autopsy", "answer", row.id, row.answered_at, reader, slack_id, name, row.words)
        for row, slack_id, name in rows
    }


KIND = {"autopsy": TimelineKind(8, "Autopsies", timeline_line)}
SOURCES = {
    "autopsy_kept": TimelineSource(
        "autopsy",
        rows_at(Autopsy, Autopsy.created_at),
        kept,
    ),
    "autopsy_withdrawn": TimelineSource(
        "autopsy",
        rows_at(Autopsy, Autopsy.withdrawn_at),
        withdrawn,
    ),
    "autopsy_answer": TimelineSource(
        "autopsy",
        lambda account_id: (
            select(AutopsyAnswer.id, AutopsyAnswer.answered_at)
            .join(Autopsy, Autopsy.id == AutopsyAnswer.autopsy_id)
            .where(Autopsy.account_id == account_id)
        ),
        answers,
    ),
}
