"""Does the habit work: the renewals that were decided, each with whether its customer was seen all year."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from bot.accounts.account_states import tier_on
from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition
from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.core.policy import Tier, tier_of
from bot.db.work import Work
from bot.metrics.rules.habit_effect import LOOKED_BACK, DecidedRenewal, HabitEffect, effects, has_habit
from bot.metrics.time_spent import first_starts
from bot.models import Account, Renewal, Touchpoint
from bot.workspace import context

_BATCH = 10_000


def habit_effect(work: Work, day: date, among: Among = None) -> tuple[list[HabitEffect], int]:
    """Renewal rates with and without the habit, over the renewals whose date lay in the twelve months up to a day.

    With the habit = touched at least every so many days (`touch_every_days` of the tier on that day) from 365 to 61
    days before the deadline. Renewed = signed, paid or gone on, and not lost. The second number are renewals of which
    nobody can say: the customer, or the logging of touches, is younger than one such stretch. What is undecided is out.
    Source: renewals, touchpoints, account_states.
    """
    ws = context.of(work)
    where = _decided(work, day, among)
    rows = work.session.execute(
        select(
            Renewal.account_id,
            Renewal.deadline,
            Renewal.outcome,
            Renewal.values,
            Renewal.unknown_values,
            tier_on(work, day).label("tier"),
        )
        .join(Account, Account.id == Renewal.account_id)
        .where(*where)
    ).all()
    if not rows:
        return effects([], [tier.value for tier in Tier]), 0
    accounts = work.select(Renewal.account_id).where(*where)
    since = min(row.deadline for row in rows) - timedelta(days=LOOKED_BACK)
    touched = _touched(work, accounts, since, day, ws.zone)
    first, _ = first_starts(work, accounts)
    logged_from = _logged_from(work, ws.zone)
    found: list[DecidedRenewal] = []
    unknown = 0
    for row in rows:
        begins = [on for on in (first.get(row.account_id), logged_from) if on is not None]
        every = ws.policies.of(row.tier).touch_every_days
        own = _around(touched[row.account_id], row.deadline)
        habit = has_habit(own, row.deadline, every, max(begins)) if begins and logged_from else None
        if habit is None:
            unknown += 1
            continue
        currency, value = _size(row)
        found.append(DecidedRenewal(row.outcome != "lost", habit, tier_of(row.tier).value, currency, value))
    return effects(found, [tier.value for tier in Tier]), unknown


def _around(touched: Sequence[date], deadline: date) -> Sequence[date]:
    low = bisect_left(touched, deadline - timedelta(days=LOOKED_BACK))
    return touched[low : bisect_right(touched, deadline)]


def _size(row: Any) -> tuple[str | None, float | None]:
    """Currency and yearly value where there is one of each, and no contract of an unknown value."""
    if row.unknown_values or len(row.values) != 1:
        return None, None
    [(currency, amount)] = row.values.items()
    return currency, float(Decimal(amount))


def _decided(work: Work, day: date, among: Among) -> list[ColumnElement[bool]]:
    return [
        Renewal.workspace_id == work.workspace_id,
        Renewal.renewal_date > shifted(day, -WINDOW_MONTHS),
        Renewal.renewal_date <= day,
        or_(Renewal.outcome.is_(None), Renewal.outcome.in_(("won", "lost"))),
        or_(Renewal.outcome.is_not(None), Renewal.signed_at.is_not(None)),
        *condition(work, Renewal.account_id, among),
    ]


def _touched(work: Work, accounts: Any, since: date, day: date, zone: str) -> dict[int, list[date]]:
    rows = work.session.execute(
        work.select(Touchpoint.account_id, Touchpoint.at)
        .where(
            Touchpoint.account_id.in_(accounts),
            Touchpoint.at >= local_moment(since, time(), zone),
            Touchpoint.at < local_moment(day + timedelta(days=1), time(), zone),
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
        .execution_options(yield_per=_BATCH)
    )
    found: dict[int, list[date]] = defaultdict(list)
    for account_id, at in rows:
        found[account_id].append(local_date(at, zone))
    for days in found.values():
        days.sort()
    return found


def _logged_from(work: Work, zone: str) -> date | None:
    """The day of the first touch of all; None when there is none."""
    at = work.session.scalar(
        select(func.min(Touchpoint.at, type_=Touchpoint.at.type)).where(
            Touchpoint.workspace_id == work.workspace_id,
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
    )
    return local_date(at, zone) if at else None
