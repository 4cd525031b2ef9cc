"""How many rounds each person gets on which day, so that nobody gets more than the policy allows if it can be helped.

The most a day holds for the owner whatever comes. For the others of a team it holds while everyone has room on another
day of the same week: somebody who keeps very many accounts would else hold their pulses up for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import String, func, literal, select
from sqlalchemy import cast as sql_cast

from bot.accounts import team as account_team
from bot.accounts.contacts import AccountContacts
from bot.core.calendar import local_date
from bot.db.work import Work
from bot.models import JobRow, Member, PulseRound
from bot.pulses.job_kinds import PulseJob
from bot.pulses.rules import least_used
from bot.workspace.context import WorkspaceContext

AROUND = 2
"""Working days before and after the day a round is due, among which the least used one is taken."""

WAIT = 5
"""Working days that a round waits at most for a day on which everyone of its team has room."""

A_DAY = timedelta(hours=26)
"""No local day is longer, whatever the clocks do."""


class Taken:
    """How many rounds people get on a day, and on a weekday; counted as more are planned."""

    def __init__(self) -> None:
        self._days: Counter[tuple[int, date]] = Counter()
        self._weekdays: Counter[tuple[int, int]] = Counter()

    def on(self, member_id: int | None, day: date) -> int:
        """How many rounds this person gets on a day; nobody gets none."""
        return self._days[member_id, day] if member_id is not None else 0

    def on_weekday(self, member_id: int | None, day: date) -> int:
        """How many rounds this person gets on days of the same weekday."""
        return self._weekdays[member_id, day.weekday()] if member_id is not None else 0

    def add(self, member_ids: Iterable[int | None], day: date, rounds: int = 1) -> None:
        """These people get so many more."""
        for member_id in member_ids:
            if member_id is not None:
                self._days[member_id, day] += rounds
                self._weekdays[member_id, day.weekday()] += rounds

    def have_room(self, member_ids: Iterable[int | None], day: date, most: int) -> bool:
        """Whether each of these people gets fewer than the most."""
        return all(self.on(member_id, day) < most for member_id in member_ids)


def free_day(ws: WorkspaceContext, account: AccountContacts, mates: Sequence[int], first: date, taken: Taken) -> date:
    """The first working day from `first` on on which its team has room, within a week; else on which its owner has."""
    most = ws.policies.of(account.tier).pulses_per_owner_per_day
    hours = account.hours(ws)
    day = hours.working_days_after(first, 0)
    last, owners = hours.working_days_after(day, WAIT), None
    while True:
        if taken.have_room([account.owner_id], day, most):
            if taken.have_room(mates, day, most):
                return day
            owners = owners or day
        if owners is not None and day >= last:
            return owners
        day = hours.working_days_after(day, 1)


def spread_day(
    ws: WorkspaceContext, account: AccountContacts, mates: Sequence[int], due: date, earliest: date, taken: Taken
) -> date:
    """Of the days around `due`, none before `earliest`, the one on whose weekday the owner has the fewest rounds.

    Due days that fall on a weekend would else all come to Monday, and stay there.
    """
    most = ws.policies.of(account.tier).pulses_per_owner_per_day
    hours = account.hours(ws)
    due = hours.working_days_after(due, 0)
    around = [hours.working_days_after(due, n) for n in range(-AROUND, AROUND + 1)]
    free = [day for day in around if day >= earliest and taken.have_room([account.owner_id], day, most)]
    # Where one of the team is full on all of these days, the morning itself looks for a better one.
    days = [day for day in free if taken.have_room(mates, day, most)] or free
    if not days:
        return free_day(ws, account, mates, due, taken)
    owner = account.owner_id
    return least_used(days, due, lambda day: taken.on_weekday(owner, day) + taken.on(owner, day))


def better_day(
    ws: WorkspaceContext, account: AccountContacts, mates: Sequence[int], since: date, today: date, taken: Taken
) -> date | None:
    """A day after today on which everyone has room, in the week after `since`, when the round was due; None if none."""
    most = ws.policies.of(account.tier).pulses_per_owner_per_day
    for ahead in range(1, WAIT + 1):
        day = account.hours(ws).working_days_after(since, ahead)
        if day > today and taken.have_room([account.owner_id, *mates], day, most):
            return day
    return None


def planned_for(work: Work, member_ids: Sequence[int]) -> Taken:
    """How many rounds these people get on which day from now on, as planned."""
    kept = account_team.keepers(work.workspace_id, member_ids).subquery()
    rows = work.session.execute(
        select(kept.c.member_id, Member.timezone, JobRow.due_at, func.count())
        .select_from(kept)
        .join(Member, Member.id == kept.c.member_id)
        .join(JobRow, JobRow.subject == literal("account:") + sql_cast(kept.c.account_id, String))
        .where(
            JobRow.workspace_id == work.workspace_id,
            JobRow.kind == PulseJob.ROUND,
            JobRow.handled_at.is_(None),
            JobRow.due_at > work.now,
        )
        .group_by(kept.c.member_id, Member.timezone, JobRow.due_at)
    )
    return _taken(rows)


def opened_for(work: Work, member_ids: Sequence[int]) -> Taken:
    """How many rounds of these people have opened on which day; as far back as today may reach anywhere."""
    kept = account_team.keepers(work.workspace_id, member_ids).subquery()
    rows = work.session.execute(
        select(kept.c.member_id, Member.timezone, PulseRound.opened_at, func.count())
        .select_from(PulseRound)
        .join(kept, kept.c.account_id == PulseRound.account_id)
        .join(Member, Member.id == kept.c.member_id)
        .where(PulseRound.workspace_id == work.workspace_id, PulseRound.opened_at > work.now - A_DAY)
        .group_by(kept.c.member_id, Member.timezone, PulseRound.opened_at)
    )
    return _taken(rows)


def _taken(rows: Iterable[Any]) -> Taken:
    taken = Taken()
    for member_id, zone, at, rounds in rows:
        taken.add([member_id], local_date(at, zone), rounds)
    return taken
