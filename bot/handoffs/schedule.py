"""When a handoff that still waits is thought of: first for its receiver, later for the giver and their manager."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import Due, Thought
from bot.core.calendar import DAY_END, DaysOff, is_working_moment, local_date, local_moment, next_working_moment
from bot.handoffs import rules
from bot.handoffs.queries import Given
from bot.workspace import context
from bot.workspace.context import Office

REMINDER, LATE = "handoff_reminder", "handoff_late"
KINDS = (REMINDER, LATE)
AGAIN = "~"


def plan(session: Session, workspace_id: int, handoff: Given) -> None:
    """Put both thoughts on the agenda."""
    here = context.load(session, workspace_id)
    start = here.policies.of(handoff.tier).alert_time
    days = ((REMINDER, reminded_on(here, handoff)), (LATE, late_on(here, handoff)))
    moments = [(kind, day, local_moment(day, start, zone_of(handoff, kind))) for kind, day in days]
    jobs.plan(session, workspace_id, [Thought(kind, handoff.subject, str(day), at, 15) for kind, day, at in moments])


def reminded_on(here: Office, handoff: Given) -> date:
    """The day on which the receiver is reminded."""
    return rules.reminded_on(_given_on(handoff), here.policies.of(handoff.tier), _days_off(here, handoff, REMINDER))


def late_on(here: Office, handoff: Given) -> date:
    """The day on which the giver and their manager are told."""
    return rules.late_on(_given_on(handoff), here.policies.of(handoff.tier), _days_off(here, handoff, LATE))


def asked_after(session: Session, workspace_id: int, handoff: Given) -> tuple[date, date]:
    """The days on which the receiver is reminded, and on which the giver hears that it still waits."""
    here = context.load(session, workspace_id)
    return reminded_on(here, handoff), late_on(here, handoff)


def zone_of(handoff: Given, kind: str) -> str:
    """Whose working hours a thought keeps to."""
    return handoff.receiver_zone if kind == REMINDER else handoff.giver_zone


def may_speak(here: Office, handoff: Given, kind: str, now: datetime) -> bool:
    """Whether they are at work now."""
    if _is_away(handoff, kind, now):
        return False
    start = here.policies.of(handoff.tier).alert_time
    return is_working_moment(now, zone_of(handoff, kind), _days_off(here, handoff, kind), start, _end_after(start))


def again(here: Office, handoff: Given, row: Due, now: datetime) -> Thought:
    """The same thought, when they work next."""
    start, zone = here.policies.of(handoff.tier).alert_time, zone_of(handoff, row.kind)
    if _is_away(handoff, row.kind, now):
        assert handoff.receiver_away is not None
        now = local_moment(handoff.receiver_away + timedelta(days=1), start, zone)
    at = next_working_moment(now, zone, _days_off(here, handoff, row.kind), start, _end_after(start))
    slot = f"{row.slot.partition(AGAIN)[0]}{AGAIN}{at:%Y-%m-%dT%H%M}"
    return Thought(row.kind, row.subject, slot, at, 15)


def _is_away(handoff: Given, kind: str, now: datetime) -> bool:
    until = handoff.receiver_away
    return kind == REMINDER and until is not None and until >= local_date(now, handoff.receiver_zone)


def _days_off(here: Office, handoff: Given, kind: str) -> DaysOff:
    country = handoff.receiver_country if kind == REMINDER else handoff.giver_country
    return here.days_off(country, zone_of(handoff, kind))


def _given_on(handoff: Given) -> date:
    return local_date(handoff.created_at, handoff.receiver_zone)


def _end_after(start: time) -> time:
    # A workspace may choose an alert time in the evening; its hours then last until midnight.
    return DAY_END if start < DAY_END else time.max
