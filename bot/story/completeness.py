"""Loads what the rules need to say what is missing on an account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, func, select, union
from sqlalchemy.orm import Session

from bot.accounts import customer_people
from bot.core.calendar import local_date
from bot.db.scope import is_row, within
from bot.db.work import Work
from bot.models import Account, HealthCheck, Member, PulseRound, Teammate, Touchpoint
from bot.plans.service import Agreed
from bot.story.completeness_rules import KnownOfAccount, gaps
from bot.story.facts import Gap
from bot.workspace import context


def gaps_of(
    work: Work,
    account: Account,
    today: date,
    zone: str,
    contracts: int,
    unknown_values: int,
    has_renewal: bool,
    plan: Agreed | None,
) -> tuple[Gap, ...]:
    """What is missing on an account, of which the rest was loaded already."""
    departments, roles, has_owner = _keepers(work.session, account)
    last = _last_touches(work.session, account, zone)
    check = _latest(
        work.session,
        select(func.max(HealthCheck.at, type_=HealthCheck.at.type)).where(
            *_of(account, HealthCheck), HealthCheck.replaced_at.is_(None)
        ),
        zone,
    )
    pulse = _latest(
        work.session,
        select(func.max(PulseRound.opened_at, type_=PulseRound.opened_at.type)).where(
            *_of(account, PulseRound), PulseRound.closed_at.is_not(None), PulseRound.value.is_not(None)
        ),
        zone,
    )
    known = KnownOfAccount(
        has_owner=has_owner,
        has_support="support" in departments or "support_lead" in roles,
        departments={name: last.get(name) for name in departments},
        last_check=check,
        last_pulse=pulse,
        has_plan=plan is not None,
        review_on=plan.review_on if plan else None,
        contracts=contracts,
        unknown_values=unknown_values,
        has_renewal=has_renewal,
        has_people=bool(customer_people.known(work, [account.id])),
    )
    return gaps(known, today, context.of(work).policies.of(account.tier))


def _keepers(session: Session, account: Account) -> tuple[set[str], set[str], bool]:
    """The departments of those who keep the account, their roles on it, and whether it has an owner."""
    # From the account to its people: one condition over both tables would read everybody of the workspace.
    its_row = is_row(Account, account.workspace_id, account.id)
    keepers: CompoundSelect[Any] = union(
        select(Teammate.member_id).where(*_of(account, Teammate)),
        select(Account.owner_id).where(its_row, Account.owner_id.is_not(None)),
    )
    rows = session.execute(
        select(Member.id, Member.department, Teammate.role)
        .outerjoin(Teammate, (Teammate.member_id == Member.id) & (Teammate.account_id == account.id))
        .where(
            within(Member.workspace_id, account.workspace_id),
            Member.is_outsider.is_(False),
            Member.id.in_(select(keepers.subquery().c.member_id)),
        )
    ).all()
    departments = {row.department for row in rows if row.department}
    return departments, {row.role for row in rows if row.role}, any(row.id == account.owner_id for row in rows)


def _last_touches(session: Session, account: Account, zone: str) -> dict[str, date]:
    """The last touch of each department; a health check is one of its author's, logged as a touchpoint or not."""
    touches = (
        select(Touchpoint.department, func.max(Touchpoint.at, type_=Touchpoint.at.type))
        .where(*_of(account, Touchpoint), Touchpoint.is_note.is_(False), Touchpoint.deleted_at.is_(None))
        .group_by(Touchpoint.department)
    )
    checks = (
        select(Member.department, func.max(HealthCheck.at, type_=HealthCheck.at.type))
        .join(HealthCheck, HealthCheck.by_id == Member.id)
        .where(*_of(account, HealthCheck), HealthCheck.replaced_at.is_(None))
        .group_by(Member.department)
    )
    last: dict[str, date] = {}
    for statement in (touches, checks):
        for department, at in session.execute(statement):
            last[department] = max(local_date(at, zone), last.get(department, date.min))
    return last


def _of(account: Account, table: Any) -> tuple[ColumnElement[bool], ...]:
    return within(table.workspace_id, account.workspace_id), table.account_id == account.id


def _latest(session: Session, statement: object, zone: str) -> date | None:
    at: datetime | None = session.scalar(statement)  # type: ignore[call-overload]
    return local_date(at, zone) if at else None
