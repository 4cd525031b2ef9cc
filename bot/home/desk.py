"""My desk: what waits for one person today, their accounts by what hurts, and for managers their people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from bot import follow_ups, handoffs, health, pulses
from bot.accounts import team as account_team
from bot.core.calendar import local_date
from bot.core.hours import still_away
from bot.db.scope import within
from bot.db.work import Work
from bot.home.facts import AccountRow, HandoffToAccept, Home, PersonRow, PulseToAnswer, StepDue, Wishes, pain, row
from bot.models import Account, AccountHealth, FollowUp, Member, Renewal, Touchpoint
from bot.renewals import desk as renewal_desk
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.workspace import context, preferences
from bot.workspace.members import MemberView
from bot.workspace.preferences import Preferences

RENEWALS, PULSES, STEPS, HANDOFFS, PEOPLE = 6, 5, 6, 5, 50
ACCOUNTS = 50
MOST = 2000
"""Accounts of one person that are looked at for the order; nobody keeps more."""


@dataclass(frozen=True, slots=True)
class _Mine:
    id: int
    name: str
    tier: str


def home_of(work: Work, person: MemberView) -> Home:
    """One person's desk as of `now`."""
    wishes = preferences.read(work, person.id)
    today = local_date(work.now, person.timezone)
    accounts = _accounts(work, person.id, person.timezone, today)
    waiting = pulses.waiting_for(work, person.id, MOST)
    due = follow_ups.due_for(work, person.id, today, MOST)
    return Home(
        as_of=str(today),
        role=person.role,
        desk=renewal_desk.desk_of(work, person.id, today, RENEWALS),
        pulses=tuple(PulseToAnswer(one.round_id, one.account, str(one.closes_on)) for one in waiting[:PULSES]),
        pulse_total=len(waiting),
        steps=tuple(
            StepDue(one.id, one.account, one.words[:300], str(one.due_on), one.is_promise) for one in due[:STEPS]
        ),
        step_total=len(due),
        accounts=tuple(accounts[:ACCOUNTS]),
        account_total=_count(work, person.id) if len(accounts) == MOST else len(accounts),
        people=_people(work, person.id, today),
        people_total=_count_people(work, person.id),
        zone=person.timezone,
        wishes=_wishes(wishes, today),
        is_first=not wishes.has_home,
        handoffs=_handoffs(work, person),
    )


def accounts_of(work: Work, person: MemberView) -> list[AccountRow]:
    """The accounts that somebody keeps, by what hurts most, as many as the desk shows."""
    today = local_date(work.now, person.timezone)
    return _accounts(work, person.id, person.timezone, today)[:ACCOUNTS]


def _handoffs(work: Work, person: MemberView) -> tuple[HandoffToAccept, ...]:
    return tuple(
        HandoffToAccept(
            one.id,
            one.account,
            one.direction,
            one.giver,
            str(local_date(one.created_at, person.timezone)),
            one.first[:300],
            str(one.first_by) if one.first_by else None,
        )
        for one in handoffs.waiting_for(work, person.id, HANDOFFS)
    )


def _wishes(of: Preferences, today: date) -> Wishes:
    return Wishes(
        f"{of.start:%H:%M}" if of.start else "",
        f"{of.end:%H:%M}" if of.end else "",
        of.by_dm,
        of.digest,
        str(of.away_until) if still_away(of.away_until, today) else None,
        of.stand_in,
        of.country,
    )


def _accounts(work: Work, member_id: int, zone: str, today: date) -> list[AccountRow]:
    """A person's active accounts, what hurts most first."""
    rows = work.session.execute(
        select(Account.id, Account.name, Account.tier)
        .where(*_mine(work.workspace_id, member_id))
        .order_by(Account.name)
        .limit(MOST)
    )
    mine = [_Mine(*one) for one in rows]
    ids = [one.id for one in mine]
    here = context.of(work)
    current = health.current(work, ids)
    deadlines = _deadlines(work, ids)
    touched = _touched(work, ids, zone)
    found = []
    for one in mine:
        score, due = current.get(one.id), deadlines.get(one.id)
        found.append(
            row(
                one.id,
                one.name,
                score.score if score else None,
                score.change if score else None,
                due.deadline if due else None,
                touched.get(one.id),
                today,
                here.policies.of(one.tier),
                bool(score and score.confidence),
            )
        )
        found[-1] = replace(found[-1], worst=score.worst if score else None)
        if due is not None:
            found[-1] = replace(found[-1], renewal_date=str(due.renewal_date), auto_renew=due.auto_renew)
    return sorted(found, key=lambda one: (-pain(one), one.name))


def _mine(workspace_id: int, member_id: int) -> Sequence[ColumnElement[bool]]:
    """The active accounts that a person keeps."""
    kept = account_team.keeps(workspace_id, member_id, Account.id)
    return Account.workspace_id == workspace_id, Account.is_active.is_(True), kept


def _count(work: Work, member_id: int) -> int:
    of = _mine(work.workspace_id, member_id)
    return work.session.scalar(select(func.count()).select_from(Account).where(*of)) or 0


class _Due(NamedTuple):
    deadline: date
    renewal_date: date
    auto_renew: bool


def _deadlines(work: Work, ids: Sequence[int]) -> Mapping[int, _Due]:
    """The nearest deadline of each account; of what is signed there is none any more."""
    rows = work.session.execute(
        select(Renewal.account_id, Renewal.deadline, Renewal.renewal_date, Renewal.auto_renew)
        .where(
            within(Renewal.workspace_id, work.workspace_id),
            Renewal.account_id.in_(ids),
            Renewal.closed_at.is_(None),
            Renewal.stage.not_in((Stage.SIGNED, Stage.INVOICED)),
        )
        .order_by(Renewal.deadline.desc(), Renewal.id.desc())
    )
    return {one.account_id: _Due(one.deadline, one.renewal_date, one.auto_renew) for one in rows}


def _touched(work: Work, ids: Sequence[int], zone: str) -> Mapping[int, date]:
    rows = work.session.execute(
        select(Touchpoint.account_id, func.max(Touchpoint.at, type_=Touchpoint.at.type))
        .where(
            within(Touchpoint.workspace_id, work.workspace_id),
            Touchpoint.account_id.in_(ids),
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
        .group_by(Touchpoint.account_id)
    )
    return {account_id: local_date(at, zone) for account_id, at in rows}


def _managed_by(workspace_id: int, manager_id: int) -> Sequence[ColumnElement[bool]]:
    return Member.workspace_id == workspace_id, Member.manager_id == manager_id, Member.is_outsider.is_(False)


def _count_people(work: Work, manager_id: int) -> int:
    of = _managed_by(work.workspace_id, manager_id)
    return work.session.scalar(select(func.count()).select_from(Member).where(*of)) or 0


def _late_steps(work: Work, todays: Mapping[int, date]) -> Mapping[int, int]:
    """How many follow-ups of each person are late, by that person's own day."""
    rows = work.session.execute(
        work.select(FollowUp.owner_id, FollowUp.due_on, func.count())
        .where(
            FollowUp.owner_id.in_(list(todays)),
            FollowUp.done_at.is_(None),
            FollowUp.due_on < max(todays.values()),
        )
        .group_by(FollowUp.owner_id, FollowUp.due_on)
    )
    late: dict[int, int] = {}
    for owner, due_on, count in rows:
        if owner is not None and due_on < todays[owner]:
            late[owner] = late.get(owner, 0) + int(count)
    return late


def _people(work: Work, manager_id: int, today: date) -> tuple[PersonRow, ...]:
    """A manager's people, by name."""
    rows = work.session.execute(
        select(Member.id, Member.name, Member.away_until, Member.timezone)
        .where(*_managed_by(work.workspace_id, manager_id))
        .order_by(Member.name)
        .limit(PEOPLE)
    ).all()
    ids = [one.id for one in rows]
    if not ids:
        return ()
    poor = AccountHealth.score < context.of(work).policies.of("").bands[0]
    keeps = account_team.keepers(work.workspace_id, ids).subquery()
    kept: dict[int, tuple[int, int]] = {
        member: (count, bad)
        for member, count, bad in work.session.execute(
            select(keeps.c.member_id, func.count(), func.count(AccountHealth.id).filter(poor))
            .join(Account, Account.id == keeps.c.account_id)
            .outerjoin(AccountHealth, AccountHealth.account_id == Account.id)
            .where(Account.workspace_id == work.workspace_id, Account.is_active.is_(True))
            .group_by(keeps.c.member_id)
        )
    }
    late = _late_steps(work, {one.id: local_date(work.now, one.timezone) for one in rows})
    found = []
    for one in rows:
        desk = renewal_desk.desk_of(work, one.id, today, 1)
        stake = renewal_desk.at_stake(work, one.id, today) if desk.total else None
        away = still_away(one.away_until, local_date(work.now, one.timezone))
        found.append(
            PersonRow(
                one.name,
                *kept.get(one.id, (0, 0)),
                desk.total,
                len(pulses.waiting_for(work, one.id)),
                late.get(one.id, 0),
                desk.lines[0].deadline if desk.lines else None,
                str(away) if away else None,
                stake.values if stake else {},
                stake.unknown if stake else 0,
                desk.lines[0].renewal_date if desk.lines else "",
                desk.lines[0].auto_renew if desk.lines else False,
                bool(desk.lines) and not is_unsigned(Stage(desk.lines[0].stage)),
            )
        )
    return tuple(found)
