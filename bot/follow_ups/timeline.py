"""What the timeline says of follow-ups and promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.accounts.timeline import TimelineSource, entry, rows_at
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.follow_ups.messages import timeline_line
from bot.models import FollowUp, Member
from bot.workspace.members import MemberView


def steps_made(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Follow-ups and promises on the day they were written down."""
    return _steps(work, ids, reader, is_closed=False)


def steps_closed(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """The same on the day they ended."""
    return _steps(work, ids, reader, is_closed=True)


def _steps(work: Work, ids: Sequence[int], reader: MemberView, is_closed: bool) -> Mapping[int, Entry]:
    who = FollowUp.done_by_id if is_closed else FollowUp.created_by_id
    owner = Member.__table__.alias("owner")
    rows = work.session.execute(
        work.select(FollowUp, Member.slack_id, Member.name, owner.c.name)
        .outerjoin(Member, Member.id == who)
        .outerjoin(owner, owner.c.id == FollowUp.owner_id)
        .where(FollowUp.id.in_(ids))
    )
    found = {}
    for step, slack_id, name, owned_by in rows:
        details = {"owner": owned_by or "", "due_on": str(step.due_on), "promise": "yes" if step.is_promise else ""}
        details["contact"] = step.contact
        code, at = (step.outcome or "", step.done_at) if is_closed else ("made", step.created_at)
        found[step.id] = entry("step", code, step.id, at, reader, slack_id, name, step.words, details)
    return found


KIND = {"step": TimelineKind(4, "Follow-ups and promises", timeline_line)}
SOURCES = {
    "step_made": TimelineSource(
        "step",
        rows_at(FollowUp, FollowUp.created_at),
        steps_made,
    ),
    "step_closed": TimelineSource(
        "step",
        rows_at(FollowUp, FollowUp.done_at),
        steps_closed,
    ),
}
