"""Job handlers of follow-ups: the morning of the day, and the promise whose day has passed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.accounts import contacts
from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.db.work import Work
from bot.follow_ups import notify, schedule
from bot.follow_ups.queries import FollowUpView, several
from bot.follow_ups.service import close
from bot.workspace import context, presence
from bot.workspace.presence import Passed


def run_follow_up_due(work: Work, rows: Sequence[DueJob]) -> None:
    """Remind the owner, once, in working hours. Silent when it is closed; an absence, or a night, is waited for.

    Of a promise who stands in hears on its day while its owner is away. Who was given it meanwhile, and hears of it
    only now, hears of it once.
    """
    ws = context.of(work)
    ids = [row.subject_id for row in rows]
    planned, steps = schedule.load(work, ids), several(work, ids)
    unread = notify.unread(work, steps.values())
    later: list[Job] = []
    for follow_up_id, one in planned.items():
        step = steps[follow_up_id]
        keeper, reader = _account_owner(work, step)
        to = step.owner_slack or keeper
        if to is None:
            continue
        if one.hours(ws).is_open(work.now):
            why = "given" if follow_up_id in unread else "due"
            notify.say(work, step, why, to, is_last=why == "given", reader=reader)
        else:
            later.append(one.reminder(ws, work.now))
            if one.is_promise and one.is_stood_in_for(ws, work.now):
                _tell_instead(work, step)
    jobs.schedule(work, later)


def run_promise_late(work: Work, rows: Sequence[DueJob]) -> None:
    """A promise whose day has ended and that nobody called kept is broken; its owner and the account's hear it.

    It counts as broken from the end of its day on, and is told on the working morning after.
    """
    ws = context.of(work)
    known = schedule.load(work, [row.subject_id for row in rows], with_broken=True)
    steps = several(work, list(known))
    later: list[Job] = []
    for row in rows:
        one, step = known.get(row.subject_id), steps.get(row.subject_id)
        if one is None or step is None or not one.is_promise or one.due_on >= one.owner.day(work.now):
            continue
        if step.outcome is None:
            # However late this runs, it broke when its day ended.
            ended = max(step.created_at, min(one.verdict().due_at, work.now))
            close(work, step.id, "broken", None, ended)
        telling_at = one.telling(ws)
        if telling_at.due_at > work.now:
            later.append(telling_at)
        elif step.outcome is None or row.facts.get("tell"):
            _tell_broken(work, one)
    jobs.schedule(work, later)


def _tell_instead(work: Work, step: FollowUpView) -> None:
    ws = context.of(work)
    found = ws.people.first_awake(step.owner_id, step.account_id, work.now)
    if found is not None and step.owner_id is not None:
        notify.say(work, step, "due", found.slack_id, reader="instead")
        passed = Passed(step.owner_id, step.account_id, "follow_up", found.slack_id, found.name)
        presence.pass_on(work, [passed])


def _tell_broken(work: Work, one: schedule.PlannedFollowUp) -> None:
    step = several(work, [one.id])[one.id]
    keeper, reader = _account_owner(work, step)
    hear = {keeper}
    if not one.owner.is_away(work.now) or hear == {None}:
        hear.add(step.owner_slack)
    for to in sorted(slack_id for slack_id in hear if slack_id):
        notify.say(work, step, "broken", to, reader=reader if to == keeper else "")


def _account_owner(work: Work, step: FollowUpView) -> tuple[str | None, str]:
    """The account's owner, or who stands in for them while they are away; and as what they hear of it."""
    ws = context.of(work)
    kept = contacts.load(work, [step.account_id]).get(step.account_id)
    if kept is None:
        return None, ""
    if not kept.is_owner_away(kept.today(ws, work.now)):
        return kept.owner_slack, "owner"
    found = ws.people.first_awake(kept.owner_id, step.account_id, work.now)
    if found is None:
        return None, ""
    return found.slack_id, "manager" if found.slack_id == kept.manager_slack else "stand_in"
