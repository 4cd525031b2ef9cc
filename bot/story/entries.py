"""What each entry of a timeline says, loaded by the ids on one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.calendar import local_date
from bot.core.person import Person as Named
from bot.health.rules.checks import Scale
from bot.models import Event, FollowUp, HealthCheck, Member, Plan, PulseAnswer, PulseRound, Touchpoint
from bot.story.timeline_facts import Entry
from bot.workspace.members import Person

WORDS_KEPT = 600


def touches(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """Touchpoints, notes and tickets."""
    rows = session.execute(
        select(Touchpoint, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == Touchpoint.by_id)
        .where(Touchpoint.workspace_id == workspace_id, Touchpoint.id.in_(ids))
    )
    found = {}
    for touch, slack_id, name in rows:
        details = {
            "kind": touch.kind,
            "department": touch.department,
            "contact": touch.contact,
            "mood": touch.mood,
            "purpose": touch.purpose,
            "permalink": touch.permalink,
            "priority": touch.priority,
            "satisfaction": str(touch.satisfaction or ""),
            "escalated": "yes" if touch.escalated else "",
        }
        mine = reader.manages or reader.id in (touch.by_id, touch.logged_by_id)
        found[touch.id] = _entry(
            "touch", touch.kind, touch.id, touch.at, reader, slack_id, name, touch.words, details, mine
        )
    return found


def traces(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """Touchpoints that were edited, deleted or undone, with what they said before."""
    found = {}
    for event, slack_id, name in _events(session, workspace_id, ids):
        before = event.facts.get("before", {})
        found[event.id] = _entry(
            "touch", event.kind, event.id, event.at, reader, slack_id, name, before.get("words", "")
        )
    return found


def checks(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """Health checks; one that was corrected since says so."""
    rows = session.execute(
        select(HealthCheck, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == HealthCheck.by_id)
        .where(HealthCheck.workspace_id == workspace_id, HealthCheck.id.in_(ids))
    )
    found = {}
    for check, slack_id, name in rows:
        scales = {scale.value: getattr(check, scale.value) for scale in Scale}
        details = {name: str(step) for name, step in scales.items() if step is not None}
        details["risks"] = "\n".join(check.risks)
        details["sold_nothing"] = "yes" if check.sold_nothing else ""
        code = "corrected" if check.replaced_at else "correction" if check.replaces_id else "check"
        found[check.id] = _entry("check", code, check.id, check.at, reader, slack_id, name, check.heard, details)
    return found


def pulses(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """Rounds: of a running one who has answered, never what; of a closed one what was said, and who was silent."""
    rounds = session.scalars(
        select(PulseRound).where(PulseRound.workspace_id == workspace_id, PulseRound.id.in_(ids))
    ).all()
    answered: dict[int, list[tuple[PulseAnswer, str]]] = defaultdict(list)
    for answer, name in session.execute(
        select(PulseAnswer, Member.name)
        .join(Member, Member.id == PulseAnswer.member_id)
        .where(PulseAnswer.round_id.in_(ids))
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
        found[one.id] = _entry(
            "pulse", code, one.id, one.closed_at or one.opened_at, reader, None, None, words, details
        )
    return found


def steps_made(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """Follow-ups and promises on the day they were written down."""
    return _steps(session, workspace_id, ids, reader, is_closed=False)


def steps_closed(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """The same on the day they ended."""
    return _steps(session, workspace_id, ids, reader, is_closed=True)


def renewals(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """What happened to renewals, and whom rounds went to when nothing was done."""
    found = {}
    for event, slack_id, name in _events(session, workspace_id, ids):
        details = {key: str(value) for key, value in event.facts.items() if value is not None}
        kind = "pulse" if event.kind.startswith("pulse_") else "renewal"
        found[event.id] = _entry(kind, event.kind, event.id, event.at, reader, slack_id, name, "", details)
    return found


def plans(session: Session, workspace_id: int, ids: Sequence[int], reader: Person) -> Mapping[int, Entry]:
    """Plans as they were agreed."""
    rows = session.execute(
        select(Plan, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == Plan.by_id)
        .where(Plan.workspace_id == workspace_id, Plan.id.in_(ids))
    )
    found = {}
    for plan, slack_id, name in rows:
        details = {"measure": plan.measure, "rhythm": plan.rhythm, "review_on": str(plan.review_on or "")}
        found[plan.id] = _entry("plan", "plan", plan.id, plan.created_at, reader, slack_id, name, plan.goals, details)
    return found


def _steps(
    session: Session, workspace_id: int, ids: Sequence[int], reader: Person, is_closed: bool
) -> Mapping[int, Entry]:
    who = FollowUp.done_by_id if is_closed else FollowUp.created_by_id
    owner = Member.__table__.alias("owner")
    rows = session.execute(
        select(FollowUp, Member.slack_id, Member.name, owner.c.name)
        .outerjoin(Member, Member.id == who)
        .outerjoin(owner, owner.c.id == FollowUp.owner_id)
        .where(FollowUp.workspace_id == workspace_id, FollowUp.id.in_(ids))
    )
    found = {}
    for step, slack_id, name, owned_by in rows:
        details = {"owner": owned_by or "", "due_on": str(step.due_on), "promise": "yes" if step.is_promise else ""}
        code, at = (step.outcome or "", step.done_at) if is_closed else ("made", step.created_at)
        found[step.id] = _entry("step", code, step.id, at, reader, slack_id, name, step.words, details)
    return found


def _events(session: Session, workspace_id: int, ids: Sequence[int]) -> Sequence[tuple[Event, str | None, str | None]]:
    rows = session.execute(
        select(Event, Member.slack_id, Member.name)
        .outerjoin(Member, Member.id == Event.by_id)
        .where(Event.workspace_id == workspace_id, Event.id.in_(ids))
    )
    return [(event, slack_id, name) for event, slack_id, name in rows]


def _said(answer: PulseAnswer, name: str) -> str:
    known = f"heard from them on {answer.heard_on}" if answer.heard_on else "an impression"
    now = _in_words(f"{name}, {answer.colour}, {known}", answer.reasons, answer.words)
    before = [_in_words(f"before that {one['colour']}", one["reasons"], one["words"]) for one in answer.earlier]
    return "; ".join([now, *before])


def _in_words(head: str, reasons: Sequence[str], words: str) -> str:
    parts = [part for part in (", ".join(reasons), words[:WORDS_KEPT]) if part]
    return f"{head}: {'. '.join(parts)}" if parts else head


def _entry(
    kind: str,
    code: str,
    id: int,
    at: datetime,
    reader: Person,
    slack_id: str | None,
    name: str | None,
    words: str = "",
    details: Mapping[str, str] | None = None,
    mine: bool = False,
) -> Entry:
    by = Named(slack_id, name or "") if slack_id else None
    day = str(local_date(at, reader.timezone))
    return Entry(kind, code, id, day, by, words[:WORDS_KEPT], details or {}, mine)
