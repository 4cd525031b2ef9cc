"""What a manager's people have: their open renewals worst first with the money, and who has something late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from bot import pulses
from bot.accounts import team as account_team
from bot.core.calendar import local_date
from bot.core.hours import still_away
from bot.db.scope import within
from bot.db.work import Work
from bot.health.rules.score import band
from bot.home.facts import PersonRow, RenewalTotal, TeamDesk, TeamRow
from bot.models import Account, AccountHealth, FollowUp, Member, Renewal
from bot.renewals import desk as renewal_desk
from bot.renewals.rules.stages import Forecast, Stage
from bot.workspace import context

PEOPLE = 50
ROWS = 50

_SIGNED = (Stage.SIGNED, Stage.INVOICED)


def desk_of_team(work: Work, manager_id: int, today: date) -> TeamDesk:
    """The renewals of the accounts that a manager's people own, and of theirs in turn.

    Overdue first, then at risk, then those nobody is on, each nearest deadline first.
    """
    # Their numbers, and no query over them: PostgreSQL takes a recursive one for far more people than there are.
    owners = work.session.scalars(led_by(work.workspace_id, manager_id)).all()
    theirs = (
        Account.workspace_id == work.workspace_id,
        Account.owner_id.in_(owners),
        within(Renewal.workspace_id, work.workspace_id),
        Renewal.closed_at.is_(None),
        Renewal.carded_at.is_not(None),
    )
    unsigned = Renewal.stage.not_in(_SIGNED)
    is_overdue = and_(unsigned, Renewal.auto_renew.is_(False), Renewal.renewal_date < today)
    is_at_risk = and_(unsigned, Renewal.forecast == Forecast.AT_RISK, ~is_overdue)
    is_free = and_(unsigned, Renewal.claimed_by_id.is_(None), ~is_overdue)
    worst = case((is_overdue, 0), (is_at_risk, 1), (is_free, 2), (unsigned, 3), else_=4)
    policies = context.of(work).policies
    owner = aliased(Member)
    rows = work.rows(
        renewal_desk.LINE_ROWS.add_columns(
            owner.name.label("owner"),
            AccountHealth.score,
            Account.tier,
            func.count().over().label("total"),
            func.count(case((is_free, 1))).over().label("unclaimed"),
            func.count(case((is_overdue, 1))).over().label("overdue"),
            func.count(case((is_at_risk, 1))).over().label("at_risk"),
        )
        .outerjoin(owner, owner.id == Account.owner_id)
        .outerjoin(AccountHealth, AccountHealth.account_id == Renewal.account_id)
        .where(*theirs)
        .order_by(worst, Renewal.deadline, Renewal.id)
        .limit(ROWS)
    ).all()
    first = rows[0] if rows else None
    return TeamDesk(
        _figure(work, *theirs, is_overdue) if first and first.overdue else RenewalTotal(),
        _figure(work, *theirs, is_at_risk) if first and first.at_risk else RenewalTotal(),
        first.unclaimed if first else 0,
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
        first.total if first else 0,
    )


def led_by(workspace_id: int, manager_id: int) -> Select[int]:
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
        select(Renewal.values, Renewal.final_values, Renewal.unknown_values)
        .join(Account, Account.id == Renewal.account_id)
        .where(*conditions)
    ).all()
    return RenewalTotal(len(rows), *renewal_desk.added(rows))


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


def people(work: Work, manager_id: int, today: date) -> tuple[tuple[PersonRow, ...], int]:
    """A manager's people, by name, with what waits on each; and how many there are, shown or not."""
    rows = work.session.execute(
        work.select(Member.id, Member.name, Member.away_until, Member.timezone, func.count().over().label("total"))
        .where(Member.manager_id == manager_id, Member.is_outsider.is_(False))
        .order_by(Member.name)
        .limit(PEOPLE)
    ).all()
    ids = [one.id for one in rows]
    if not ids:
        return (), 0
    poor = AccountHealth.score < context.of(work).policies.of("").bands[0]
    keeps = account_team.keepers(work.workspace_id, ids).subquery()
    kept: dict[int, tuple[int, int]] = {
        member: (count, bad)
        for member, count, bad in work.session.execute(
            select(keeps.c.member_id, func.count(), func.count(AccountHealth.id).filter(poor))
            .join(Account, Account.id == keeps.c.account_id)
            .outerjoin(AccountHealth, AccountHealth.account_id == Account.id)
            .where(within(Account.workspace_id, work.workspace_id), Account.is_active.is_(True))
            .group_by(keeps.c.member_id)
        )
    }
    late = _late_steps(work, {one.id: local_date(work.now, one.timezone) for one in rows})
    waiting = pulses.count_waiting(work, ids)
    stakes = renewal_desk.at_stake(work, ids, today)
    found = []
    for one in rows:
        stake = stakes.get(one.id)
        away = still_away(one.away_until, local_date(work.now, one.timezone))
        found.append(
            PersonRow(
                one.name,
                *kept.get(one.id, (0, 0)),
                stake.total if stake else 0,
                waiting.get(one.id, 0),
                late.get(one.id, 0),
                str(stake.deadline) if stake else None,
                str(away) if away else None,
                stake.values if stake else {},
                stake.unknown if stake else 0,
                str(stake.renewal_date) if stake else "",
                stake.auto_renew if stake else False,
                stake is not None and stake.is_signed,
                stake is not None and stake.has_overdue,
            )
        )
    return tuple(found), rows[0].total
