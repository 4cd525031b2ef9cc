"""Job handlers of follow-ups: the morning of the day, and the promise whose day has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.accounts import contacts
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.follow_ups import notify, schedule
from bot.follow_ups.queries import FollowUpView, several
from bot.follow_ups.service import close
from bot.workspace import context, presence
from bot.workspace.context import WorkspaceContext
from bot.workspace.presence import Passed


def run_follow_up_due(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Remind the owner, once, in working hours. Silent when it is closed; an absence, or a night, is waited for.

    Of a promise who stands in hears on its day while its owner is away. Who was given it meanwhile, and hears of it
    only now, hears of it once.
    """
    here = context.load(session, workspace_id)
    ids = [row.subject_id for row in rows]
    planned, steps = schedule.load(session, here, ids), several(session, workspace_id, ids)
    unread = notify.unread(session, workspace_id, steps.values())
    later: list[Job] = []
    for follow_up_id, one in planned.items():
        step = steps[follow_up_id]
        keeper, reader = _account_owner(session, here, step, now)
        to = step.owner_slack or keeper
        if to is None:
            continue
        if one.hours(here).is_open(now):
            why = "given" if follow_up_id in unread else "due"
            notify.say(session, workspace_id, step, why, to, now, is_last=why == "given", reader=reader)
        else:
            later.append(one.reminder(here, now))
            if one.is_promise and one.is_stood_in_for(here, now):
                _tell_instead(session, here, step, now)
    jobs.schedule(session, workspace_id, later)


def run_promise_late(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """A promise whose day has ended and that nobody called kept is broken; its owner and the account's hear it.

    It counts as broken from the end of its day on, and is told on the working morning after.
    """
    here = context.load(session, workspace_id)
    known = schedule.load(session, here, [row.subject_id for row in rows], with_broken=True)
    steps = several(session, workspace_id, list(known))
    later: list[Job] = []
    for row in rows:
        one, step = known.get(row.subject_id), steps.get(row.subject_id)
        if one is None or step is None or not one.is_promise or one.due_on >= one.owner.day(now):
            continue
        if step.outcome is None:
            # However late this runs, it broke when its day ended.
            ended = max(step.created_at, min(one.verdict().due_at, now))
            close(session, workspace_id, step.id, "broken", None, now, ended)
        telling_at = one.telling(here)
        if telling_at.due_at > now:
            later.append(telling_at)
        elif step.outcome is None or row.facts.get("tell"):
            _tell_broken(session, here, one, now)
    jobs.schedule(session, workspace_id, later)


def _tell_instead(session: Session, here: WorkspaceContext, step: FollowUpView, now: datetime) -> None:
    found = here.people.first_awake(step.owner_id, step.account_id, now)
    if found is not None and step.owner_id is not None:
        notify.say(session, here.workspace_id, step, "due", found.slack_id, now, reader="instead")
        passed = Passed(step.owner_id, step.account_id, "follow_up", found.slack_id, found.name)
        presence.pass_on(session, here.workspace_id, [passed], now)


def _tell_broken(session: Session, here: WorkspaceContext, one: schedule.PlannedFollowUp, now: datetime) -> None:
    step = several(session, here.workspace_id, [one.id])[one.id]
    keeper, reader = _account_owner(session, here, step, now)
    hear = {keeper}
    if not one.owner.is_away(now) or hear == {None}:
        hear.add(step.owner_slack)
    for to in sorted(slack_id for slack_id in hear if slack_id):
        notify.say(session, here.workspace_id, step, "broken", to, now, reader=reader if to == keeper else "")


def _account_owner(
    session: Session, here: WorkspaceContext, step: FollowUpView, now: datetime
) -> tuple[str | None, str]:
    """The account's owner, or who stands in for them while they are away; and as what they hear of it."""
    kept = contacts.load(session, here.workspace_id, [step.account_id]).get(step.account_id)
    if kept is None:
        return None, ""
    if not kept.is_owner_away(kept.today(here, now)):
        return kept.owner_slack, "owner"
    found = here.people.first_awake(kept.owner_id, step.account_id, now)
    if found is None:
        return None, ""
    return found.slack_id, "manager" if found.slack_id == kept.manager_slack else "stand_in"
