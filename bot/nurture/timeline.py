"""What the timeline says of nurture: a customer's answer, a touch that was left to rest, and pauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from bot.accounts.timeline import TimelineSource, entry
from bot.accounts.timeline_facts import Entry, TimelineKind
from bot.db.work import Work
from bot.models import Insight, Member, NurturePause, NurtureTouch
from bot.nurture.messages import timeline_line
from bot.nurture.rules import PAUSE_ENDED, PAUSED
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


def pauses(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Pauses as they began, each with its reason."""
    found = {}
    for one, slack_id, name in _pauses(work, ids, NurturePause.paused_by_id):
        details = {"until": str(one.until or "")}
        found[one.id] = entry("nurture", PAUSED, one.id, one.paused_at, reader, slack_id, name, one.reason, details)
    return found


def ended_pauses(work: Work, ids: Sequence[int], reader: MemberView) -> Mapping[int, Entry]:
    """Pauses as they ended: by somebody, or by their day."""
    found = {}
    for one, slack_id, name in _pauses(work, ids, NurturePause.ended_by_id):
        found[one.id] = entry("nurture", PAUSE_ENDED, one.id, one.ended_at, reader, slack_id, name)
    return found


def _pauses(work: Work, ids: Sequence[int], by: Any) -> Iterable[Any]:
    return work.session.execute(
        work.select(NurturePause, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == by)
        .where(NurturePause.id.in_(ids))
    )


KIND = {"nurture": TimelineKind(9, "Nurture touches", timeline_line)}
SOURCES = {
    "nurture": TimelineSource(
        "nurture",
        lambda account_id: select(NurtureTouch.id, _AT).where(
            NurtureTouch.account_id == account_id,
            or_(NurtureTouch.answered_at.is_not(None), NurtureTouch.state == "not_now"),
        ),
        touches,
    ),
    "nurture_pauses": TimelineSource(
        "nurture",
        lambda account_id: select(NurturePause.id, NurturePause.paused_at).where(NurturePause.account_id == account_id),
        pauses,
    ),
    "nurture_pauses_ended": TimelineSource(
        "nurture",
        lambda account_id: select(NurturePause.id, NurturePause.ended_at).where(
            NurturePause.account_id == account_id, NurturePause.ended_at.is_not(None)
        ),
        ended_pauses,
    ),
}
