"""What the timeline says of nurture touches: the customer's answer, or that one was left to rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from bot.accounts.timeline import TimelineSource, entry
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Insight, Member, NurtureTouch
from bot.nurture.messages import timeline_line
from bot.workspace.members import MemberView

_AT = func.coalesce(NurtureTouch.answered_at, NurtureTouch.closed_at, type_=NurtureTouch.closed_at.type)


def touches(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Touches that were answered or left to rest; that one was sent stands there as a touchpoint."""
    answerer, closer = aliased(Member), aliased(Member)
    rows = work.session.execute(
        work.select(NurtureTouch, Insight.words, answerer, closer, _AT)
        .join(Insight, Insight.id == NurtureTouch.insight_id)
        .outerjoin(answerer, answerer.id == NurtureTouch.answered_by_id)
        .outerjoin(closer, closer.id == NurtureTouch.closed_by_id)
        .where(NurtureTouch.id.in_(ids))
    )
    found = {}
    for one, words, answered_by, closed_by, at in rows:
        by = answered_by or closed_by
        details = {
            "insight": words,
            "reason": one.reason,
            "answer": one.answer,
            "attendance": one.attendance,
            "heard_from": one.heard_from,
        }
        slack_id, name = (by.slack_id, by.name) if by else (None, None)
        found[one.id] = entry("nurture", one.state, one.id, at, reader, slack_id, name, one.said, details)
    return found


KIND = {"nurture": TimelineKind(9, "Nurture touches", timeline_line)}
SOURCES = {
    "nurture": TimelineSource(
        "nurture",
        lambda account_id: select(NurtureTouch.id, _AT).where(
            NurtureTouch.account_id == account_id,
            or_(NurtureTouch.answered_at.is_not(None), NurtureTouch.state == "not_now"),
        ),
        touches,
    )
}
