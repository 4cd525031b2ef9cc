"""When a renewal's jobs fall due: each function gives the job of one kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.agenda.jobs import Job
from bot.core import absence
from bot.core.hours import Hours
from bot.core.policy import Policy
from bot.renewals.job_kinds import HangsOn, RenewalJob, hanging_on
from bot.renewals.rules.escalation import next_overdue, overdue_again, overdue_day, unpaid_due
from bot.renewals.rules.ladder import current_rung, days_left, due_rung, next_rung
from bot.renewals.view import RenewalView
from bot.workspace.context import Answer, WorkspaceContext


class NewTerm(NamedTuple):
    """A renewal that was just made: as much of it as its first jobs hang on. `working`: when its owner is at work."""

    subject: str
    deadline: date
    renewal_date: date
    term_months: int
    tier: str
    working: Hours
    rung: int | None = None

    def hours(self, _ws: WorkspaceContext) -> Hours:
        """When its owner is at work."""
        return self.working

    def today(self, _ws: WorkspaceContext, now: datetime) -> date:
        """The date where its owner is."""
        return self.working.day(now)


LADDER = hanging_on(HangsOn.DEADLINE)
"""Jobs that hang on the deadline, and so are scheduled anew when it moves."""


def policy_of(ws: WorkspaceContext, state: RenewalView | NewTerm) -> Policy:
    """The numbers for this renewal's account."""
    return ws.policies.of(state.tier)


def rung_now(ws: WorkspaceContext, state: RenewalView | NewTerm, today: date) -> int | None:
    """The rung that is due and was not there yet; of several missed ones the most urgent."""
    return _on_ladder(ws, state, today, due_rung, spoken=state.rung)


def may_wait(ws: WorkspaceContext, state: RenewalView, back: date, now: datetime) -> bool:
    """Whether word of this renewal may wait for somebody who is back on that day: it costs one rung at most."""
    today, never_from = state.today(ws, now), policy_of(ws, state).absent_wait_above_rung
    ahead = _on_ladder(ws, state, today, next_rung)
    rung = rung_reached(ws, state, today)
    return absence.may_wait(back, state.deadline, rung, ahead, never_from)


def rung_reached(ws: WorkspaceContext, state: RenewalView, today: date) -> int | None:
    """The rung the renewal is in, said or not."""
    return _on_ladder(ws, state, today, current_rung)


def _on_ladder(
    ws: WorkspaceContext, s: RenewalView | NewTerm, today: date, rule: Callable[..., Answer], **more: int | None
) -> Answer:
    policy, free = policy_of(ws, s), s.hours(ws).days_off
    key = (rule, s.deadline, today, s.tier, s.term_months, s.renewal_date, free, *more.values())
    return ws.remembered(key, lambda: rule(s.deadline, today, policy, s.term_months, free, s.renewal_date, **more))


def first_reminder(ws: WorkspaceContext, state: RenewalView | NewTerm, now: datetime) -> Job | None:
    """The rung it is in, soon; before the ladder its first rung. None when its ladder has nothing left."""
    rung = rung_now(ws, state, state.today(ws, now))
    if rung is None:
        return following_rung(ws, state, now)
    left = days_left(state.deadline, state.today(ws, now))
    return Job(RenewalJob.RUNG, state.subject, f"{rung}@{state.deadline}", state.hours(ws).next_open(now), left)


def following_rung(ws: WorkspaceContext, state: RenewalView | NewTerm, now: datetime) -> Job | None:
    """The next rung after today; None after the last."""
    ahead = _on_ladder(ws, state, state.today(ws, now), next_rung)
    if ahead is None:
        return None
    rung, day = ahead
    return Job(RenewalJob.RUNG, state.subject, f"{rung}@{state.deadline}", state.hours(ws).morning(day), rung)


def term_end(ws: WorkspaceContext, state: RenewalView | NewTerm) -> Job:
    """The day the term ends: it rolls, or it is overdue."""
    renewal_date, free = state.renewal_date, state.hours(ws).days_off
    day = ws.remembered((overdue_day, renewal_date, free), lambda: overdue_day(renewal_date, 0, free))
    return Job(RenewalJob.TERM_END, state.subject, str(state.renewal_date), state.hours(ws).morning(day))


def contract_end(ws: WorkspaceContext, state: RenewalView, day: date) -> Job:
    """The day one of its contracts ends, when that is not the renewal date itself."""
    free = state.hours(ws).days_off
    on = ws.remembered((overdue_day, day, free), lambda: overdue_day(day, 0, free))
    return Job(RenewalJob.TERM_END, state.subject, str(day), state.hours(ws).morning(on))


def following_overdue(ws: WorkspaceContext, state: RenewalView, now: datetime) -> Job:
    """The next mark of an overdue renewal; after the last one, monthly."""
    today, policy = state.today(ws, now), policy_of(ws, state)
    ahead = next_overdue(state.renewal_date, today, policy, state.hours(ws).days_off)
    mark, day = ahead or overdue_again(state.renewal_date, today, policy, state.hours(ws).days_off)[1]
    return Job(RenewalJob.OVERDUE, state.subject, f"{mark}@{state.renewal_date}", state.hours(ws).morning(day), -mark)


def refresh(ws: WorkspaceContext, state: RenewalView, now: datetime) -> Job:
    """When the card's countdown is made true again: weekly far from the deadline, each working day near it."""
    today = state.today(ws, now)
    left = days_left(state.deadline, today)
    if -14 <= left <= 14:
        day = state.hours(ws).working_days_after(today, 1)
    else:
        week = today + timedelta(days=7)
        near = state.deadline - timedelta(days=14)
        day = state.hours(ws).working_days_after(min(week, near) if near > today else week, 0)
    return Job(RenewalJob.REFRESH, state.subject, "", state.hours(ws).morning(day), 1000)


def snooze_end(ws: WorkspaceContext, state: RenewalView, until: date, event: int, by: str) -> Job:
    """The morning on which a snoozed renewal speaks again, before any rung of that morning. `by`: who snoozed it."""
    moment = state.hours(ws).morning(until)
    return Job(RenewalJob.SNOOZE_END, state.subject, "", moment, -1, {"by": by, "snooze": f"{until}#{event}"})


def unpaid(ws: WorkspaceContext, state: RenewalView) -> Job:
    """The day on which an unpaid renewal is told to owner and manager."""
    day = unpaid_due(state.renewal_date, policy_of(ws, state), state.hours(ws).days_off)
    return Job(RenewalJob.UNPAID, state.subject, "", state.hours(ws).morning(day))
