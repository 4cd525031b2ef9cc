"""When a follow-up is thought of: on the morning of its day; a promise also when that ends, and a morning later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import Thought
from bot.core.calendar import (
    DAY_END,
    DaysOff,
    add_working_days,
    is_working_day,
    is_working_moment,
    local_date,
    local_moment,
    next_working_moment,
    working_day_on_or_after,
    working_day_on_or_before,
)
from bot.core.holidays_of import holidays_of
from bot.models import Account, FollowUp, Member
from bot.workspace import context
from bot.workspace.context import Office

DUE, LATE = "follow_up_due", "promise_late"
KINDS = (DUE, LATE)
LONGEST_WAIT = 10
"""Working days before the day it is due: no country is closed for longer; after that, the customer's days count not."""
TOLD = "~told"


@dataclass(frozen=True, slots=True)
class Planned:
    """A follow-up with what its thoughts need: whose morning it is, and until when that person is away.

    `country` is that person's own, if they chose one; `customers` the account's: on a day off there nobody is reached.
    """

    id: int
    due_on: date
    is_promise: bool
    tier: str
    zone: str
    away_until: date | None
    country: str | None = None
    customers: str = ""

    @property
    def subject(self) -> str:
        """The follow-up on the agenda."""
        return f"follow_up:{self.id}"

    def days_off(self, here: Office) -> DaysOff:
        """The days on which its owner does not work."""
        return here.days_off(self.country, self.zone)

    def today(self, now: datetime) -> date:
        """The date where its owner is."""
        return local_date(now, self.zone)

    def is_away(self, day: date) -> bool:
        """Whether its owner is not to be spoken to on this day."""
        return self.away_until is not None and self.away_until >= day

    def may_speak(self, here: Office, now: datetime) -> bool:
        """Whether its owner is at work now."""
        start = here.policies.of(self.tier).alert_time
        return not self.is_away(self.today(now)) and is_working_moment(
            now, self.zone, self.days_off(here), start, _end_after(start)
        )

    def is_morning_over(self, here: Office, now: datetime) -> bool:
        """Whether the morning on which its owner is reminded has come."""
        return self._morning(here, self._last_day(here)) <= now

    def is_stood_in_for(self, here: Office, now: datetime) -> bool:
        """Whether its owner is away on a day and at an hour on which they would be at work."""
        start = here.policies.of(self.tier).alert_time
        is_hour = is_working_moment(now, self.zone, self.days_off(here), start, _end_after(start))
        return self.is_away(self.today(now)) and is_hour

    def first_reminder(self, here: Office, now: datetime) -> Thought:
        """As `reminder`; of a promise on its day also when its owner is away then: somebody stands in."""
        return replace(self, away_until=None).reminder(here, now) if self.is_promise else self.reminder(here, now)

    def reminder(self, here: Office, now: datetime) -> Thought:
        """The morning of its day, or of the last before on which both sides work; what has passed waits for work."""
        morning = self._morning(here, self._last_day(here))
        at = self._at_work(here, max(morning, now))
        return Thought(DUE, self.subject, _slot(self.due_on, at, morning), at, 10)

    def verdict(self) -> Thought:
        """The end of its day, where its owner is: a promise that is still open by then is broken."""
        at = local_moment(self.due_on + timedelta(days=1), time(), self.zone)
        return Thought(LATE, self.subject, str(self.due_on), at, 5)

    def telling(self, here: Office) -> Thought:
        """The working morning after its day, on which a broken promise is told."""
        at = self._morning(here, add_working_days(self.due_on, 1, self.days_off(here)))
        return Thought(LATE, self.subject, f"{self.due_on}{TOLD}", at, 5, {"tell": True})

    def _last_day(self, here: Office) -> date:
        """The last day, not after the one it is due on, on which its owner works and the customer can be reached."""
        mine = self.days_off(here)
        day = last = working_day_on_or_before(self.due_on, mine)
        theirs = holidays_of(self.customers) if self.customers else mine
        for _ in range(LONGEST_WAIT):
            if is_working_day(day, theirs):
                return day
            day = working_day_on_or_before(day - timedelta(days=1), mine)
        return last

    def _morning(self, here: Office, day: date) -> datetime:
        return local_moment(day, here.policies.of(self.tier).alert_time, self.zone)

    def _at_work(self, here: Office, moment: datetime) -> datetime:
        if self.away_until is not None and self.is_away(local_date(moment, self.zone)):
            back = working_day_on_or_after(date.fromordinal(self.away_until.toordinal() + 1), self.days_off(here))
            return self._morning(here, back)
        start = here.policies.of(self.tier).alert_time
        return next_working_moment(moment, self.zone, self.days_off(here), start, _end_after(start))


def plan(session: Session, workspace_id: int, follow_up_id: int, now: datetime, is_told: bool) -> bool:
    """Put a follow-up on the agenda; False when nothing reminds of it.

    `is_told`: its owner knows of it now, so that a morning which has come already is not waited for again.
    """
    here = context.load(session, workspace_id)
    one = load(session, here, [follow_up_id])[follow_up_id]
    reminds = not (is_told and one.is_morning_over(here, now))
    thoughts = [one.first_reminder(here, now)] if reminds else []
    if one.is_promise:
        thoughts.append(one.verdict())
    jobs.plan(session, workspace_id, thoughts)
    return reminds


def load(session: Session, here: Office, follow_up_ids: Sequence[int], with_broken: bool = False) -> dict[int, Planned]:
    """These follow-ups, as far as they are the workspace's and open; `with_broken`: those that time broke too."""
    broken = (FollowUp.outcome == "broken") & FollowUp.done_by_id.is_(None)
    rows = session.execute(
        select(
            FollowUp.id,
            FollowUp.due_on,
            FollowUp.is_promise,
            Account.tier,
            Member.timezone,
            Member.away_until,
            Member.country,
            Account.country.label("customers"),
        )
        .join(Account, Account.id == FollowUp.account_id)
        .outerjoin(Member, Member.id == FollowUp.owner_id)
        .where(
            FollowUp.workspace_id == here.workspace_id,
            FollowUp.id.in_(follow_up_ids),
            or_(FollowUp.done_at.is_(None), broken) if with_broken else FollowUp.done_at.is_(None),
        )
    )
    return {
        row.id: Planned(*row[:4], row.timezone or here.zone, row.away_until, row.country, row.customers) for row in rows
    }


def _end_after(start: time) -> time:
    # A workspace may choose an alert time in the evening; its hours then last until midnight.
    return DAY_END if start < DAY_END else time.max


def _slot(due_on: date, at: datetime, morning: datetime) -> str:
    return str(due_on) if at == morning else f"{due_on}~{at:%Y-%m-%dT%H%M}"
