"""When a follow-up's jobs fall due: on the morning of its day; a promise also when that ends, and a morning later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_

from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import Job
from bot.core.calendar import is_working_day, local_moment, working_day_on_or_before
from bot.core.holidays_of import holidays_of
from bot.core.hours import Hours
from bot.db.work import Work
from bot.follow_ups.job_kinds import FollowUpJob
from bot.models import Account, FollowUp, Member
from bot.workspace import context
from bot.workspace import hours as workspace_hours
from bot.workspace.context import WorkspaceContext

KINDS = (FollowUpJob.DUE, FollowUpJob.LATE)
LONGEST_WAIT = 10
"""Working days before the day it is due: no country is closed for longer; after that, the customer's days count not."""


@dataclass(frozen=True, slots=True)
class PlannedFollowUp:
    """A follow-up with what its jobs need: when its owner may be spoken to, and the numbers of its account's tier.

    `customers` is the account's country: on a day off there nobody is reached.
    """

    id: int
    due_on: date
    is_promise: bool
    tier: str
    owner: Hours
    customers: str = ""

    @property
    def subject(self) -> str:
        """The follow-up on the agenda."""
        return f"follow_up:{self.id}"

    def hours(self, ws: WorkspaceContext) -> Hours:
        """When its owner may be reminded: from the time of the workspace's alerts on."""
        return self.owner.starting(ws.policies.of(self.tier).alert_time)

    def is_morning_over(self, ws: WorkspaceContext, now: datetime) -> bool:
        """Whether the morning on which its owner is reminded has come."""
        return self._morning(ws) <= now

    def is_stood_in_for(self, ws: WorkspaceContext, now: datetime) -> bool:
        """Whether its owner is away on a day and at an hour on which they would be at work."""
        return self.owner.is_away(now) and self.hours(ws).present().is_open(now)

    def first_reminder(self, ws: WorkspaceContext, now: datetime) -> Job:
        """As `reminder`; of a promise on its day also when its owner is away then: somebody stands in."""
        present = replace(self, owner=self.owner.present())
        return (present if self.is_promise else self).reminder(ws, now)

    def reminder(self, ws: WorkspaceContext, now: datetime) -> Job:
        """The morning of its day, or of the last before on which both sides work; what has passed waits for work."""
        morning = self._morning(ws)
        at = self.hours(ws).next_open(max(morning, now))
        return Job(FollowUpJob.DUE, self.subject, "", at, 10)

    def verdict(self) -> Job:
        """The end of its day, where its owner is: a promise that is still open by then is broken."""
        at = local_moment(self.due_on + timedelta(days=1), time(), self.owner.zone)
        return Job(FollowUpJob.LATE, self.subject, "", at, 5)

    def telling(self, ws: WorkspaceContext) -> Job:
        """The working morning after its day, on which a broken promise is told."""
        at = self.hours(ws).present().morning(self.due_on + timedelta(days=1))
        return Job(FollowUpJob.LATE, self.subject, "", at, 5, {"tell": True})

    def _morning(self, ws: WorkspaceContext) -> datetime:
        return self.hours(ws).present().morning(self._last_day())

    def _last_day(self) -> date:
        """The last day, not after the one it is due on, on which its owner works and the customer can be reached."""
        mine = self.owner.days_off
        day = last = working_day_on_or_before(self.due_on, mine)
        theirs = holidays_of(self.customers) if self.customers else mine
        for _ in range(LONGEST_WAIT):
            if is_working_day(day, theirs):
                return day
            day = working_day_on_or_before(day - timedelta(days=1), mine)
        return last


def plan(work: Work, follow_up_id: int, is_told: bool) -> bool:
    """Put a follow-up on the agenda; False when nothing reminds of it.

    `is_told`: its owner knows of it now, so that a morning which has come already is not waited for again.
    """
    ws = context.of(work)
    one = load(work, [follow_up_id])[follow_up_id]
    reminds = not (is_told and one.is_morning_over(ws, work.now))
    jobs = [one.first_reminder(ws, work.now)] if reminds else []
    if one.is_promise:
        jobs.append(one.verdict())
    agenda_jobs.schedule(work, jobs)
    return reminds


def load(work: Work, follow_up_ids: Sequence[int], with_broken: bool = False) -> dict[int, PlannedFollowUp]:
    """These follow-ups, as far as they are the workspace's and open; `with_broken`: those that time broke too."""
    ws = context.of(work)
    broken = (FollowUp.outcome == "broken") & FollowUp.done_by_id.is_(None)
    rows = work.session.execute(
        work.select(
            FollowUp.id,
            FollowUp.due_on,
            FollowUp.is_promise,
            Account.tier,
            Account.country,
            *workspace_hours.columns(Member),
        )
        .join(Account, Account.id == FollowUp.account_id)
        .outerjoin(Member, Member.id == FollowUp.owner_id)
        .where(
            FollowUp.id.in_(follow_up_ids),
            or_(FollowUp.done_at.is_(None), broken) if with_broken else FollowUp.done_at.is_(None),
        )
    )
    return {
        id: PlannedFollowUp(id, due_on, is_promise, tier, ws.working.of(*owner), customers)
        for id, due_on, is_promise, tier, customers, *owner in rows
    }
