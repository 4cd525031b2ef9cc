"""My desk: what waits for one person today, and their accounts by what hurts; for managers what their team has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, or_, select

from bot import follow_ups, handoffs, health, pulses
from bot.accounts import team as account_team
from bot.core.calendar import local_date, local_time
from bot.core.hours import still_away
from bot.db.scope import among, within
from bot.db.work import Work
from bot.home import team as home_team
from bot.home.facts import AccountRow, HandoffToAccept, Home, PulseToAnswer, StepDue, Tour, Wishes, pain, row
from bot.models import Account, PulseAnswer, Renewal, Touchpoint
from bot.renewals import desk as renewal_desk
from bot.renewals.rules.stages import Stage, is_unsigned
from bot.workspace import context, preferences
from bot.workspace.members import MemberView
from bot.workspace.preferences import Preferences

PULSES, STEPS, HANDOFFS = 5, 6, 5
RENEWALS = 300
"""Renewals of one person among which those that ask something of today are looked for, nearest deadline first."""

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
    accounts, account_total = _accounts(work, person.id, person.timezone, today)
    waiting = pulses.waiting_for(work, person.id, MOST)
    due = follow_ups.due_for(work, person.id, today, MOST)
    people, people_total = home_team.people(work, person.id, today)
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
        accounts=tuple(accounts),
        account_total=_count(work, person.id) if account_total == MOST else account_total,
        people=people,
        people_total=people_total,
        zone=person.timezone,
        wishes=_wishes(wishes, today),
        is_first=not wishes.has_home,
        tour=_tour(work, person.id, wishes),
        handoffs=_handoffs(work, person),
        name=person.name,
        hour=local_time(work.now, person.timezone).hour,
        team=home_team.desk_of_team(work, person.id, today) if people_total else None,
    )


def _tour(work: Work, member_id: int, wishes: Preferences) -> Tour | None:
    """The first steps of someone new; none for who has done them all, or put them away."""
    if wishes.has_home and not wishes.has_tour:
        return None
    touched = exists().where(Touchpoint.workspace_id == work.workspace_id, Touchpoint.by_id == member_id)
    answered = exists().where(PulseAnswer.workspace_id == work.workspace_id, PulseAnswer.member_id == member_id)
    claimed = exists().where(Renewal.workspace_id == work.workspace_id, Renewal.claimed_by_id == member_id)
    has_touch, has_answer = work.session.execute(select(touched, or_(answered, claimed))).one()
    tour = Tour(wishes.is_set, bool(has_touch), bool(has_answer))
    return None if tour.is_done else tour


def accounts_of(work: Work, person: MemberView) -> list[AccountRow]:
    """The accounts that somebody keeps, by what hurts most, as many as the desk shows."""
    today = local_date(work.now, person.timezone)
    shown, _ = _accounts(work, person.id, person.timezone, today)
    return shown


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
        str(of.away_until) if still_away(of.away_until, today) else None,
        of.stand_in,
        of.country,
    )


def _accounts(work: Work, member_id: int, zone: str, today: date) -> tuple[list[AccountRow], int]:
    """A person's active accounts, what hurts most first, as many as the desk shows; and how many there are."""
    mine = [_Mine(*one) for one in work.rows(_MINE, member=member_id)]
    ids = [one.id for one in mine]
    ws = context.of(work)
    policies = {one.id: ws.policies.of(one.tier) for one in mine}
    scores = health.in_brief(work, policies)
    renewals = _renewals(work, ids)
    touched = _touched(work, ids, zone)
    found = []
    for one in mine:
        score, renewal = scores.get(one.id), renewals.get(one.id)
        is_due = renewal is not None and is_unsigned(Stage(renewal.stage))
        made = row(
            one.id,
            one.name,
            score.score if score else None,
            score.change if score else None,
            renewal.deadline if renewal and is_due else None,
            touched.get(one.id),
            today,
            policies[one.id],
            bool(score and score.confidence),
        )
        found.append(replace(made, worst=score.worst if score else None, band=score.band or "" if score else ""))
    first = sorted(found, key=lambda one: (-pain(one), one.name))
    shown = first[:ACCOUNTS]
    lines = {
        one.account_id: renewal_desk.line_of(renewals[one.account_id], today)
        for one in shown
        if one.account_id in renewals
    }
    return [replace(one, renewal=lines.get(one.account_id)) for one in shown], len(first)


def _count(work: Work, member_id: int) -> int:
    return int(work.rows(_HOW_MANY, member=member_id).scalar_one())


def _renewals(work: Work, ids: Sequence[int]) -> Mapping[int, Row[Any]]:
    """The open renewal of each account that comes first, asleep or not; of what is signed no deadline is left."""
    found: dict[int, Row[Any]] = {}
    for one in work.rows(_OPEN, ids=ids):
        before = found.get(one.account_id)
        # An unsigned one says more than one that is signed.
        if before is None or is_unsigned(Stage(one.stage)) or not is_unsigned(Stage(before.stage)):
            found[one.account_id] = one
    return found


def _touched(work: Work, ids: Sequence[int], zone: str) -> Mapping[int, date]:
    return {account_id: local_date(at, zone) for account_id, at in work.rows(_TOUCHED, ids=ids)}


_OF: Any = bindparam("of")
_MEMBER: Any = bindparam("member")
_KEPT = (
    Account.workspace_id == _OF,
    Account.is_active.is_(True),
    account_team.keeps(_OF, _MEMBER, Account.id),
)
_MINE = select(Account.id, Account.name, Account.tier).where(*_KEPT).order_by(Account.name).limit(MOST)
_HOW_MANY = select(func.count()).select_from(Account).where(*_KEPT)
_OPEN = renewal_desk.LINE_ROWS.where(among(Renewal.account_id), Renewal.closed_at.is_(None)).order_by(
    Renewal.deadline.desc(), Renewal.id.desc()
)
_TOUCHED = (
    select(Touchpoint.account_id, func.max(Touchpoint.at, type_=Touchpoint.at.type))
    .where(
        within(Touchpoint.workspace_id, _OF),
        among(Touchpoint.account_id),
        Touchpoint.is_note.is_(False),
        Touchpoint.deleted_at.is_(None),
    )
    .group_by(Touchpoint.account_id)
)
