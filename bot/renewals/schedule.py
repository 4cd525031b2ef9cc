"""When a renewal is thought about next: each function gives the agenda row for one kind of thought."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date, datetime, time, timedelta

from bot.agenda.jobs import Due, Thought
from bot.core import absence
from bot.core.calendar import (
    DAY_END,
    add_working_days,
    is_working_moment,
    local_date,
    local_moment,
    next_working_moment,
    working_day_on_or_after,
)
from bot.core.policy import Policy
from bot.renewals.rules.escalation import next_overdue, overdue_again, overdue_day, unpaid_due
from bot.renewals.rules.ladder import current_rung, days_left, due_rung, next_rung
from bot.renewals.view import State
from bot.workspace.context import Answer, Office

LADDER = ("rung", "term_end", "overdue", "unclaimed", "refresh", "quiet")
"""Thoughts that hang on the deadline, and so are planned anew when it moves."""

SPEAKING = (
    "rung",
    "snooze_end",
    "unclaimed",
    "overdue",
    "term_end",
    "ask_invoiced",
    "ask_paid",
    "unpaid",
    "claim_idle",
    "claim_free",
)
"""Kinds whose thought may say something: the next of them is the card's next word."""

AGAIN = "~"


def policy_of(office: Office, state: State) -> Policy:
    """The numbers for this renewal's account."""
    return office.policies.of(state.tier)


def zone_of(office: Office, state: State) -> str:
    """The zone in which this renewal's people are spoken to."""
    return state.owner_zone or office.zone


def days_off(office: Office, state: State) -> Container[date]:
    """The days on which this renewal's people are not at work: its owner's, else the workspace's."""
    if state.owner_slack is None:
        return office.holidays
    return office.days_off(state.owner_country, state.owner_zone)


def today_of(office: Office, state: State, now: datetime) -> date:
    """The date where this renewal's people are."""
    zone = zone_of(office, state)
    return office.remembered((local_date, now, zone), lambda: local_date(now, zone))


def morning(office: Office, state: State, day: date) -> datetime:
    """The moment on `day` at which this renewal speaks."""
    at, zone = policy_of(office, state).alert_time, zone_of(office, state)
    return office.remembered((day, at, zone), lambda: local_moment(day, at, zone))


def may_speak(office: Office, state: State, now: datetime) -> bool:
    """Whether people are at work now."""
    start, zone, free = policy_of(office, state).alert_time, zone_of(office, state), days_off(office, state)
    return office.remembered(
        (is_working_moment, now, zone, start, free),
        lambda: is_working_moment(now, zone, free, start, _end_after(start)),
    )


def soon(office: Office, state: State, now: datetime) -> datetime:
    """Now, if people are at work, else when they begin."""
    start, zone, free = policy_of(office, state).alert_time, zone_of(office, state), days_off(office, state)
    return office.remembered(
        (next_working_moment, now, zone, start, free),
        lambda: next_working_moment(now, zone, free, start, _end_after(start)),
    )


def next_day(office: Office, state: State, now: datetime) -> datetime:
    """The next working day's morning."""
    return morning(office, state, add_working_days(today_of(office, state, now), 1, days_off(office, state)))


def again(due: Due | Thought, at: datetime) -> Thought:
    """The same thought, later. Its slot gets the moment, since a slot is planned only once."""
    slot = due.slot.partition(AGAIN)[0]
    urgency = due.urgency if isinstance(due, Thought) else 0
    return Thought(due.kind, due.subject, f"{slot}{AGAIN}{at:%Y-%m-%dT%H%M}", at, urgency, dict(due.facts))


def rung_now(office: Office, state: State, today: date) -> int | None:
    """The rung that is due and was not there yet; of several missed ones the most urgent."""
    return _on_ladder(office, state, today, due_rung, spoken=state.rung)


def may_wait(office: Office, state: State, until: date, now: datetime) -> bool:
    """Whether word of this renewal may wait for somebody who is away until then: it costs one rung at most."""
    today, never_from = today_of(office, state, now), policy_of(office, state).absent_wait_above_rung
    ahead = _on_ladder(office, state, today, next_rung)
    back, rung = back_on(office, state, until), rung_reached(office, state, today)
    return absence.may_wait(back, state.deadline, rung, ahead, never_from)


def back_on(office: Office, state: State, until: date) -> date:
    """The first working day after someone's last day away."""
    return working_day_on_or_after(until + timedelta(days=1), days_off(office, state))


def rung_reached(office: Office, state: State, today: date) -> int | None:
    """The rung the renewal is in, said or not."""
    return _on_ladder(office, state, today, current_rung)


def _on_ladder(office: Office, s: State, today: date, rule: Callable[..., Answer], **more: int | None) -> Answer:
    policy, free = policy_of(office, s), days_off(office, s)
    key = (rule, s.deadline, today, s.tier, s.term_months, s.renewal_date, free, *more.values())
    return office.remembered(key, lambda: rule(s.deadline, today, policy, s.term_months, free, s.renewal_date, **more))


def first_word(office: Office, state: State, now: datetime) -> Thought | None:
    """The rung it is in, soon; before the ladder its first rung. None when its ladder has nothing left."""
    rung = rung_now(office, state, today_of(office, state, now))
    if rung is None:
        return following_rung(office, state, now)
    left = days_left(state.deadline, today_of(office, state, now))
    return Thought("rung", state.subject, f"{rung}@{state.deadline}", soon(office, state, now), left)


def following_rung(office: Office, state: State, now: datetime) -> Thought | None:
    """The next rung after today; None after the last."""
    ahead = _on_ladder(office, state, today_of(office, state, now), next_rung)
    if ahead is None:
        return None
    rung, day = ahead
    return Thought("rung", state.subject, f"{rung}@{state.deadline}", morning(office, state, day), rung)


def term_end(office: Office, state: State) -> Thought:
    """The day the term ends: it rolls, or it is overdue."""
    renewal_date, free = state.renewal_date, days_off(office, state)
    day = office.remembered((overdue_day, renewal_date, free), lambda: overdue_day(renewal_date, 0, free))
    return Thought("term_end", state.subject, str(state.renewal_date), morning(office, state, day))


def contract_end(office: Office, state: State, day: date) -> Thought:
    """The day one of its contracts ends, when that is not the renewal date itself."""
    free = days_off(office, state)
    on = office.remembered((overdue_day, day, free), lambda: overdue_day(day, 0, free))
    return again(term_end(office, state), morning(office, state, on))


def following_overdue(office: Office, state: State, now: datetime) -> Thought:
    """The next mark of an overdue renewal; after the last one, monthly."""
    today, policy = today_of(office, state, now), policy_of(office, state)
    ahead = next_overdue(state.renewal_date, today, policy, days_off(office, state))
    mark, day = ahead or overdue_again(state.renewal_date, today, policy, days_off(office, state))[1]
    return Thought("overdue", state.subject, f"{mark}@{state.renewal_date}", morning(office, state, day), -mark)


def refresh(office: Office, state: State, now: datetime) -> Thought:
    """When the card's countdown is made true again: weekly far from the deadline, each working day near it."""
    today = today_of(office, state, now)
    left = days_left(state.deadline, today)
    if -14 <= left <= 14:
        day = add_working_days(today, 1, days_off(office, state))
    else:
        week = today + timedelta(days=7)
        near = state.deadline - timedelta(days=14)
        day = working_day_on_or_after(min(week, near) if near > today else week, days_off(office, state))
    return Thought("refresh", state.subject, str(day), morning(office, state, day), 1000)


def snooze_end(office: Office, state: State, until: date, event: int, by: str) -> Thought:
    """The morning on which a snoozed renewal speaks again, before any rung of that morning. `by`: who snoozed it."""
    moment = morning(office, state, until)
    return Thought("snooze_end", state.subject, f"{until}#{event}", moment, -1, {"by": by})


def working_days_later(office: Office, state: State, now: datetime, days: int) -> datetime:
    """The morning that many working days after today."""
    return morning(office, state, add_working_days(today_of(office, state, now), days, days_off(office, state)))


def unpaid(office: Office, state: State) -> Thought:
    """The day on which an unpaid renewal is told to owner and manager."""
    day = unpaid_due(state.renewal_date, policy_of(office, state), days_off(office, state))
    return Thought("unpaid", state.subject, str(state.renewal_date), morning(office, state, day))


def _end_after(start: time) -> time:
    # A workspace may choose an alert time in the evening; its hours then last until midnight.
    return DAY_END if start < DAY_END else time.max
