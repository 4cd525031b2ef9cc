"""When nobody takes a renewal on: first its owner is mentioned, then the owner's manager is told. Each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.agenda.jobs import DueJob, Job
from bot.renewals import notify, schedule
from bot.renewals.batch import Batch
from bot.renewals.line_codes import ESCALATED, Line, Notice
from bot.renewals.load_due import countdown, due_states
from bot.renewals.rules.escalation import Audience, escalates_unclaimed
from bot.renewals.rules.job_kinds import RenewalJob
from bot.renewals.view import State
from bot.workspace import context

KEPT = "kept"
"""In a renewal's facts: something fell due while it was snoozed, and is said when the snooze ends."""

ROUND = "round"
"""In a renewal's facts: how often its escalation has started over."""

_STEPS = (Audience.OWNER, Audience.MANAGER)


def plan_unclaimed(batch: Batch, s: State, rung: int) -> None:
    """After a rung that escalates: what happens if nobody is on it some working days later."""
    policy = schedule.policy_of(batch.office, s)
    if s.claimed_by_id is None and escalates_unclaimed(rung, policy):
        step = next((step for step in _STEPS if not s.told(_key(s, step))), None)
        if step is not None:
            batch.schedule(_step(batch, s, step, rung), keep=True)


def run_unclaimed(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Some working days after a rung: tell the owner, and later the manager, unless someone is on it by now."""
    here = context.load(session, workspace_id)
    batch = Batch(here, now)
    for row, s in due_states(session, here, rows):
        step = Audience(row.facts["step"])
        has_reason = s.is_unsigned and s.claimed_by_id is None
        if not has_reason or s.told(_key(s, step)):
            continue
        if s.snoozed_until is not None:
            if step is Audience.OWNER or notify.next_in_line(here, s, Audience.MANAGER):
                batch.change(s, facts={**s.facts, KEPT: True})
            continue
        if not s.hours(here).is_open(now):
            batch.reschedule(row, s.hours(here).next_open(now))
        elif step is Audience.OWNER:
            _tell_owner(batch, s)
        else:
            _tell_manager(batch, s)
    batch.write(session)


def start_over(batch: Batch, s: State) -> State:
    """Nobody is on it any more: what was told before someone took it on is told anew."""
    told = [step for step in s.facts.get("told", ()) if not step.startswith("unclaimed_")]
    return batch.change(s, facts={**s.facts, "told": told, ROUND: s.facts.get(ROUND, 0) + 1})


def _occasion(s: State) -> str:
    # Each message is said once, ever; an escalation that starts over says new ones.
    number = s.facts.get(ROUND, 0)
    return f"{s.deadline}.{number}" if number else str(s.deadline)


def _key(s: State, step: Audience) -> str:
    return f"unclaimed_{step}@{s.deadline}"


def _step(batch: Batch, s: State, step: Audience, rung: int) -> Job:
    policy = schedule.policy_of(batch.office, s)
    days = policy.escalate_owner_after if step is Audience.OWNER else policy.escalate_manager_after
    at = s.hours(batch.office).next_morning(batch.now, days)
    return Job(RenewalJob.UNCLAIMED, s.subject, f"{step}:{rung}", at, 0, {"step": step})


def _tell_owner(batch: Batch, s: State) -> None:
    today = s.today(batch.office, batch.now)
    s = batch.card(batch.tell_once(s, _key(s, Audience.OWNER)))
    following = _step(batch, s, Audience.MANAGER, s.rung or 0)
    told_next = notify.next_in_line(batch.office, s, Audience.MANAGER)
    details = {"rung": str(s.rung or ""), **countdown(s, today)}
    if told_next:
        next_on = s.hours(batch.office).day(following.due_at)
        details |= {"next": told_next, "next_on": str(next_on)}
    to, away = notify.mention(batch, s)
    batch.line(s, Line.UNCLAIMED, _occasion(s), {**details, **away}, to)
    batch.event(s, ESCALATED, {"step": "unclaimed", "to": Audience.OWNER})
    batch.schedule(following, keep=True)


def _tell_manager(batch: Batch, s: State) -> None:
    s = batch.card(batch.tell_once(s, _key(s, Audience.MANAGER)))
    if notify.tell(batch, s, Notice.UNCLAIMED, _occasion(s), Audience.MANAGER):
        batch.event(s, ESCALATED, {"step": "unclaimed", "to": Audience.MANAGER})
