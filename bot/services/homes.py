"""My desk: what waits for one person today, their accounts by what hurts, and for managers their people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, union
from sqlalchemy.orm import Session

from bot.models import Account, AccountHealth, FollowUp, Member, Renewal, Teammate, Touchpoint
from bot.rules.calendar import local_date
from bot.rules.home_cards import AccountRow, HandoffToAccept, Home, PersonRow, PulseToAnswer, StepDue, Wishes, pain, row
from bot.services import desks, follow_ups, handoffs, preferences, pulses, scores
from bot.services.members import Person
from bot.services.preferences import Preferences
from bot.services.renewals import office

RENEWALS, PULSES, STEPS, HANDOFFS, PEOPLE = 6, 5, 6, 5, 50
ACCOUNTS = 50
MOST = 2000
"""Accounts of one person that are looked at for the order; nobody keeps more."""


@dataclass(frozen=True, slots=True)
class _Mine:
    id: int
    name: str
    tier: str


def home_of(session: Session, workspace_id: int, person: Person, now: datetime) -> Home:
    """One person's desk as of `now`."""
    wishes = preferences.read(session, workspace_id, person.id)
    today = local_date(now, person.timezone)
    accounts = _accounts(session, workspace_id, person.id, person.timezone, today, now)
    waiting = pulses.waiting_for(session, workspace_id, person.id, MOST)
    due = follow_ups.due_for(session, workspace_id, person.id, today, MOST)
    return Home(
        as_of=str(today),
        role=person.role,
        desk=desks.desk_of(session, workspace_id, person.id, today, RENEWALS),
        pulses=tuple(PulseToAnswer(one.round_id, one.account, str(one.closes_on)) for one in waiting[:PULSES]),
        pulse_total=len(waiting),
        steps=tuple(
            StepDue(one.id, one.account, one.words[:300], str(one.due_on), one.is_promise) for one in due[:STEPS]
        ),
        step_total=len(due),
        accounts=tuple(accounts[:ACCOUNTS]),
        account_total=_count(session, workspace_id, person.id) if len(accounts) == MOST else len(accounts),
        people=_people(session, workspace_id, person.id, today),
        people_total=_count_people(session, workspace_id, person.id),
        zone=person.timezone,
        wishes=_wishes(wishes, now),
        is_first=not wishes.has_home,
        handoffs=_handoffs(session, workspace_id, person),
    )


def _handoffs(session: Session, workspace_id: int, person: Person) -> tuple[HandoffToAccept, ...]:
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
        for one in handoffs.waiting_for(session, workspace_id, person.id, HANDOFFS)
    )


def _wishes(of: Preferences, now: datetime) -> Wishes:
    return Wishes(
        f"{of.start:%H:%M}" if of.start else "",
        f"{of.end:%H:%M}" if of.end else "",
        of.by_dm,
        of.digest,
        str(of.away_until) if of.is_away(now) else None,
    )


def _accounts(
    session: Session, workspace_id: int, member_id: int, zone: str, today: date, now: datetime
) -> list[AccountRow]:
    """A person's active accounts, what hurts most first."""
    rows = session.execute(
        select(Account.id, Account.name, Account.tier)
        .where(Account.workspace_id == workspace_id, Account.is_active.is_(True), _kept_by(workspace_id, member_id))
        .order_by(Account.name)
        .limit(MOST)
    )
    mine = [_Mine(*one) for one in rows]
    ids = [one.id for one in mine]
    here = office.load(session, workspace_id)
    current = scores.current(session, workspace_id, ids, now)
    deadlines = _deadlines(session, ids)
    touched = _touched(session, ids, zone)
    found = []
    for one in mine:
        score = current.get(one.id)
        found.append(
            row(
                one.id,
                one.name,
                score.score if score else None,
                score.change if score else None,
                deadlines.get(one.id),
                touched.get(one.id),
                today,
                here.policies.of(one.tier),
                bool(score and score.confidence),
            )
        )
    return sorted(found, key=lambda one: (-pain(one), one.name))


def _count(session: Session, workspace_id: int, member_id: int) -> int:
    of = (Account.workspace_id == workspace_id, Account.is_active.is_(True), _kept_by(workspace_id, member_id))
    return session.scalar(select(func.count()).select_from(Account).where(*of)) or 0


def _kept_by(workspace_id: int, member_id: int) -> ColumnElement[bool]:
    kept = select(Teammate.account_id).where(Teammate.workspace_id == workspace_id, Teammate.member_id == member_id)
    return or_(Account.owner_id == member_id, Account.id.in_(kept))


def _deadlines(session: Session, ids: Sequence[int]) -> Mapping[int, date]:
    rows = session.execute(
        select(Renewal.account_id, func.min(Renewal.deadline).label("nearest"))
        .where(Renewal.account_id.in_(ids), Renewal.closed_at.is_(None))
        .group_by(Renewal.account_id)
    )
    return {one.account_id: one.nearest for one in rows}


def _touched(session: Session, ids: Sequence[int], zone: str) -> Mapping[int, date]:
    rows = session.execute(
        select(Touchpoint.account_id, func.max(Touchpoint.at, type_=Touchpoint.at.type))
        .where(Touchpoint.account_id.in_(ids), Touchpoint.is_note.is_(False), Touchpoint.deleted_at.is_(None))
        .group_by(Touchpoint.account_id)
    )
    return {account_id: local_date(at, zone) for account_id, at in rows}


def _managed_by(workspace_id: int, manager_id: int) -> Sequence[ColumnElement[bool]]:
    return Member.workspace_id == workspace_id, Member.manager_id == manager_id, Member.is_outsider.is_(False)


def _count_people(session: Session, workspace_id: int, manager_id: int) -> int:
    of = _managed_by(workspace_id, manager_id)
    return session.scalar(select(func.count()).select_from(Member).where(*of)) or 0


def _people(session: Session, workspace_id: int, manager_id: int, today: date) -> tuple[PersonRow, ...]:
    """A manager's people, by name."""
    rows = session.execute(
        select(Member.id, Member.name, Member.away_until)
        .where(*_managed_by(workspace_id, manager_id))
        .order_by(Member.name)
        .limit(PEOPLE)
    ).all()
    ids = [one.id for one in rows]
    if not ids:
        return ()
    poor = AccountHealth.score < office.load(session, workspace_id).policies.of("").bands[0]
    keeps = union(
        select(Account.owner_id.label("member_id"), Account.id.label("account_id")).where(Account.owner_id.in_(ids)),
        select(Teammate.member_id, Teammate.account_id).where(Teammate.member_id.in_(ids)),
    ).subquery()
    kept: dict[int, tuple[int, int]] = {
        member: (count, bad)
        for member, count, bad in session.execute(
            select(keeps.c.member_id, func.count(), func.count(AccountHealth.id).filter(poor))
            .join(Account, Account.id == keeps.c.account_id)
            .outerjoin(AccountHealth, AccountHealth.account_id == Account.id)
            .where(Account.workspace_id == workspace_id, Account.is_active.is_(True))
            .group_by(keeps.c.member_id)
        )
    }
    late = {
        owner: int(count)
        for owner, count in session.execute(
            select(FollowUp.owner_id, func.count())
            .where(FollowUp.owner_id.in_(ids), FollowUp.done_at.is_(None), FollowUp.due_on < today)
            .group_by(FollowUp.owner_id)
        )
    }
    found = []
    for one in rows:
        desk = desks.desk_of(session, workspace_id, one.id, today, 1)
        away = one.away_until if one.away_until and one.away_until >= today else None
        found.append(
            PersonRow(
                one.name,
                *kept.get(one.id, (0, 0)),
                desk.total,
                len(pulses.waiting_for(session, workspace_id, one.id)),
                late.get(one.id, 0),
                desk.lines[0].deadline if desk.lines else None,
                str(away) if away else None,
            )
        )
    return tuple(found)
