"""Loads what the rules need to say what is missing on an account."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, union_all

from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.models import CustomerPerson, HealthCheck, Member, PulseRound, Touchpoint
from bot.plans.service import Agreed
from bot.story.completeness_rules import KnownOfAccount, gaps
from bot.story.facts import Gap
from bot.workspace import context


class Keepers(NamedTuple):
    """Who of our team keeps an account: whether somebody owns it, the departments of all, and their roles on it."""

    has_owner: bool
    departments: frozenset[str]
    roles: frozenset[str]


def gaps_of(
    work: Work,
    account_id: int,
    tier: str,
    keepers: Keepers,
    today: date,
    zone: str,
    contracts: int,
    unknown_values: int,
    has_renewal: bool,
    plan: Agreed | None,
) -> tuple[Gap, ...]:
    """What is missing on an account, of which the rest was loaded already."""
    latest: dict[str, date] = {}
    touched: dict[str, date] = {}
    for what, department, at in work.rows(_LATEST, account=account_id):
        day = local_date(at, zone)
        latest[what] = max(day, latest.get(what, date.min))
        # A health check is a touch of its author's department, logged as a touchpoint or not.
        if what in (_TOUCH, _CHECK) and department is not None:
            touched[department] = max(day, touched.get(department, date.min))
    known = KnownOfAccount(
        has_owner=keepers.has_owner,
        has_support="support" in keepers.departments or "support_lead" in keepers.roles,
        departments={name: touched.get(name) for name in keepers.departments},
        last_check=latest.get(_CHECK),
        last_pulse=latest.get(_PULSE),
        has_plan=plan is not None,
        review_on=plan.review_on if plan else None,
        contracts=contracts,
        unknown_values=unknown_values,
        has_renewal=has_renewal,
        has_people=_PERSON in latest,
    )
    return gaps(known, today, context.of(work).policies.of(tier))


def _of(table: Any) -> tuple[ColumnElement[bool], ...]:
    return within(table.workspace_id, bindparam("of")), table.account_id == bindparam("account")


def _last(what: str, department: Any, at: Any) -> Any:
    named: tuple[Any, ...] = (literal_column(f"'{what}'").label("what"), department.label("department"))
    return select(*named, func.max(at, type_=at.type).label("at"))


_TOUCH, _CHECK, _PULSE, _PERSON = "touch", "check", "pulse", "person"
_NOBODY: Any = literal_column("''")
_LATEST = union_all(
    _last(_TOUCH, Touchpoint.department, Touchpoint.at)
    .where(*_of(Touchpoint), Touchpoint.is_note.is_(False), Touchpoint.deleted_at.is_(None))
    .group_by(Touchpoint.department),
    _last(_CHECK, Member.department, HealthCheck.at)
    .join_from(HealthCheck, Member, Member.id == HealthCheck.by_id, isouter=True)
    .where(*_of(HealthCheck), HealthCheck.replaced_at.is_(None))
    .group_by(Member.department),
    _last(_PULSE, _NOBODY, PulseRound.opened_at)
    .where(*_of(PulseRound), PulseRound.closed_at.is_not(None), PulseRound.value.is_not(None))
    .having(func.count() > 0),
    _last(_PERSON, _NOBODY, CustomerPerson.created_at)
    .where(*_of(CustomerPerson), CustomerPerson.removed_at.is_(None))
    .having(func.count() > 0),
)
"""(what, department, moment) of the last of each kind."""
