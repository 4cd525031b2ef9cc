"""What a manager's people have: their open renewals worst first with the money, and who has something late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from bot import pulses
from bot.accounts import team as account_team
from bot.core.calendar import local_date
from bot.core.hours import still_away
from bot.db.work import Work
from bot.health.rules.score import band
from bot.home.facts import PersonRow, RenewalTotal, TeamDesk, TeamRow
from bot.models import Account, AccountHealth, FollowUp, Member, Renewal
from bot.renewals import desk as renewal_desk
from bot.renewals.rules.stages import Forecast, Stage, is_unsigned
from bot.workspace import context

PEOPLE = 50
ROWS = 50
COUNTED = 2000
"""Renewals whose values are added up for one figure; a manager with more overdue ones than these has other worries."""

_SIGNED = (Stage.SIGNED, Stage.INVOICED)


def desk_of_team(work: Work, manager_id: int, today: date) -> TeamDesk | None:
    """The renewals of the accounts that a manager's people own, and of theirs in turn; None for who leads nobody.

    Overdue first, then at risk, then those nobody is on, each nearest deadline first.
    """
    if not count_people(work, manager_id):
        return None
    owners = _led_by(work.workspace_id, manager_id)
    theirs = (
        Renewal.closed_at.is_(None),
        Renewal.carded_at.is_not(None),
        Account.owner_id.in_(owners),
    )
    unsigned = Renewal.stage.not_in(_SIGNED)
    is_overdue = and_(unsigned, Renewal.auto_renew.is_(False), Renewal.renewal_date < today)
    is_at_risk = and_(unsigned, Renewal.forecast == Forecast.AT_RISK, ~is_overdue)
    is_free = and_(unsigned, Renewal.claimed_by_id.is_(None), ~is_overdue)
    worst = case((is_overdue, 0), (is_at_risk, 1), (is_free, 2), (unsigned, 3), else_=4)
    total, unclaimed = work.session.execute(
        select(func.count(), func.count(case((is_free, 1))))
        .select_from(Renewal)
        .join(Account, Account.id == Renewal.account_id)
        .where(Renewal.workspace_id == work.workspace_id, *theirs)
    ).one()
    policies = context.of(work).policies
    owner = aliased(Member)
    rows = work.session.execute(
        renewal_desk.lines_query(work)
        .add_columns(owner.name.label("owner"), AccountHealth.score, Account.tier)
        .outerjoin(owner, owner.id == Account.owner_id)
        .outerjoin(AccountHealth, AccountHealth.account_id == Renewal.account_id)
        .where(Renewal.workspace_id == work.workspace_id, *theirs)
        .order_by(worst, Renewal.deadline, Renewal.id)
        .limit(ROWS)
    ).all()
    return TeamDesk(
        _figure(work, *theirs, is_overdue),
        _figure(work, *theirs, is_at_risk),
        unclaimed,
        pulses.red_accounts(work, owners),
        tuple(
            TeamRow(
                renewal_desk.line_of(row, today),
                row.owner or "",
                row.score,
                "" if row.score is None else band(row.score, policies.of(row.tier)),
            )
            for row in rows
        ),
        total,
    )


def _led_by(workspace_id: int, manager_id: int) -> Select[int]:
    """The members below a manager, however far: their people, and the people of those."""
    below = (
        select(Member.id)
        .where(Member.workspace_id == workspace_id, Member.manager_id == manager_id)
        .cte("led", recursive=True)
    )
    further = select(Member.id).where(Member.workspace_id == workspace_id, Member.manager_id == below.c.id)
    # UNION, not UNION ALL: two who manage each other end it.
    led = below.union(further)
    return select(led.c.id)


def _figure(work: Work, *conditions: ColumnElement[bool]) -> RenewalTotal:
    rows = work.session.execute(
        work.select(Renewal.values, Renewal.final_values, Renewal.unknown_values)
        .join(Account, Account.id == Renewal.account_id)
        .where(*conditions)
        .limit(COUNTED)
    ).all()
    totals: dict[str, Decimal] = {}
    unknown = 0
    for written, final, unvalued in rows:
        values, more = renewal_desk.worth(written, final, unvalued)
        unknown += more
        for currency, amount in values.items():
            totals[currency] = totals.get(currency, Decimal(0)) + Decimal(amount)
    return RenewalTotal(len(rows), {currency: str(totals[currency]) for currency in sorted(totals)}, unknown)


def _managed_by(workspace_id: int, manager_id: int) -> Sequence[ColumnElement[bool]]:
    return Member.workspace_id == workspace_id, Member.manager_id == manager_id, Member.is_outsider.is_(False)


def count_people(work: Work, manager_id: int) -> int:
    """How many people a manager has, shown or not."""
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


def people(work: Work, manager_id: int, today: date) -> tuple[PersonRow, ...]:
    """A manager's people, by name, with what waits on each."""
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
