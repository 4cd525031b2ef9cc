"""Who is there today, who hears what is meant for those who are not, and what they read when they are back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from bot.agenda import jobs as agenda_jobs
from bot.agenda.job_kinds import UpkeepJob
from bot.agenda.jobs import Job
from bot.core import absence
from bot.core.absence import Colleague
from bot.db.scope import within
from bot.db.work import Work
from bot.models import Member, PassedOn, Teammate
from bot.workspace import channels
from bot.workspace import hours as workspace_hours
from bot.workspace.hours import WorkspaceHours


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that was for `member_id` and was told to somebody else. `what` is the notice's code or the kind."""

    member_id: int
    account_id: int
    what: str
    to: str
    to_name: str


class People:
    """The team of one workspace, read when it is first asked about: on most days nobody needs to be stood in for."""

    def __init__(self, work: Work | None = None, working: WorkspaceHours | None = None) -> None:
        self._work, self._working = work, working
        self._known: dict[datetime, Mapping[int, Colleague]] = {}
        self._by_slack: dict[datetime, Mapping[str, Colleague]] = {}
        self._closed: frozenset[str] | None = None

    def at(self, now: datetime) -> Mapping[int, Colleague]:
        """Everyone of the team by number, as of this moment."""
        if now not in self._known:
            self._known[now] = self._read(self._work.at(now)) if self._work else {}
        return self._known[now]

    def named(self, slack_id: str | None, now: datetime) -> Colleague | None:
        """The one with this Slack id, if they are of the team."""
        if not slack_id:
            return None
        if now not in self._by_slack:
            self._by_slack[now] = {one.slack_id: one for one in self.at(now).values()}
        return self._by_slack[now].get(slack_id)

    def awake_for(self, slack_id: str | None, now: datetime) -> Colleague | None:
        """This person, or the first along their stand-ins who is there."""
        one = self.named(slack_id, now)
        return absence.awake_for(one.id, self.at(now)) if one else None

    def first_manager(self, slack_id: str | None, now: datetime) -> Colleague | None:
        """The first manager above this person, or stand-in of one, who is there."""
        one, people = self.named(slack_id, now), self.at(now)
        above = absence.managers_of(one.id, people) if one else ()
        return next((found for start in above if (found := absence.awake_for(start, people))), None)

    def in_line(self, slack_id: str | None, now: datetime) -> Colleague | None:
        """This person, the first along their stand-ins who is there, else the first above them who is."""
        return self.awake_for(slack_id, now) or self.first_manager(slack_id, now)

    def first_awake(
        self, owner_id: int | None, account_id: int, now: datetime, but: int | None = None
    ) -> Colleague | None:
        """Who hears of this account's business today: its owner, or the next who is there; None when nobody is.

        `but` is one of the team who knows of it already, and is not asked to stand in.
        """
        people = self.at(now)
        if found := absence.first_awake(owner_id, (), people):
            return found
        there = (absence.awake_for(start, people) for start in self._team(account_id))
        return next((one for one in there if one is not None and one.id != but), None)

    def admins(self, now: datetime) -> list[Colleague]:
        """Who hears that nobody else does: admins who are there, else managers who are, else all admins."""
        everyone = sorted(self.at(now).values(), key=lambda one: one.id)
        admins = [one for one in everyone if one.role == "admin"]
        managers = [one for one in everyone if one.role == "manager" and one.is_there]
        return [one for one in admins if one.is_there] or managers or admins

    def closed_channels(self) -> frozenset[str]:
        """The channels that take no message of ours, since others read there: the owner is told alone."""
        if self._closed is None:
            self._closed = frozenset(channels.closed_to_us(self._work)) if self._work else frozenset()
        return self._closed

    def _read(self, work: Work) -> Mapping[int, Colleague]:
        self._working = self._working or workspace_hours.read(work)
        found = {}
        for id, slack_id, name, stand_in_id, manager_id, role, *kept in work.rows(_COLLEAGUES):
            hours = self._working.of(*kept)
            away_until = hours.away_until if hours.is_away(work.now) else None
            found[id] = Colleague(id, slack_id, name, away_until, stand_in_id, manager_id, role, hours)
        return found

    def _team(self, account_id: int) -> Sequence[int]:
        if self._work is None:
            return ()
        return self._work.rows(_TEAM, account=account_id).scalars().all()


_M, _T = Member.__table__.c, Teammate.__table__.c
_COLLEAGUES = select(
    _M.id, _M.slack_id, _M.name, _M.stand_in_id, _M.manager_id, _M.role, *workspace_hours.columns(_M)
).where(_M.workspace_id == bindparam("of"), _M.is_outsider.is_(False))
_TEAM = (
    select(_T.member_id)
    .where(within(_T.workspace_id, bindparam("of")), _T.account_id == bindparam("account"))
    .order_by(_T.id)
)


def pass_on(work: Work, passed: Sequence[Passed]) -> None:
    """Remember what was told to others, and plan the list that its people read on their return."""
    if not passed:
        return
    rows = [
        {
            "workspace_id": work.workspace_id,
            "member_id": one.member_id,
            "account_id": one.account_id,
            "what": one.what,
            "to": one.to,
            "to_name": one.to_name,
            "at": work.now,
        }
        for one in passed
    ]
    work.session.execute(insert(PassedOn), rows)
    people = work.session.execute(
        select(Member.id, *workspace_hours.columns(Member)).where(
            within(Member.workspace_id, work.workspace_id), Member.id.in_({one.member_id for one in passed})
        )
    )
    working = workspace_hours.read(work)
    jobs = []
    for member_id, *kept in people:
        hours = working.of(*kept)
        if hours.away_until is not None:
            jobs.append(Job(UpkeepJob.RETURNED, f"member:{member_id}", "", hours.next_open(work.now), 60))
    agenda_jobs.schedule(work, jobs, keep=True)
