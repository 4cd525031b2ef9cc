"""Where time goes: touches of one person, of a manager's people together, or of all, by purpose and customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition
from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.db.work import Work
from bot.metrics.rules.time_spent import CustomerAge, TimeSpent, customer_age, weekly_pace
from bot.models import Contract, ContractState, Touchpoint
from bot.workspace import context

_BATCH = 10_000


def own_time(work: Work, member_id: int, day: date) -> TimeSpent:
    """Where one person's time went in the twelve months up to a day. For their eyes alone."""
    return _time(work, day, [Touchpoint.by_id == member_id])


def team_time(work: Work, people: Collection[int], day: date) -> TimeSpent:
    """Where the time of these people went, together."""
    return _time(work, day, [Touchpoint.by_id.in_(people)])


def all_time(work: Work, day: date, among: Among = None) -> TimeSpent:
    """Where everybody's time went; touches of which nobody knows who made them count too."""
    return _time(work, day, condition(work, Touchpoint.account_id, among))


def _time(work: Work, day: date, whose: list[ColumnElement[bool]]) -> TimeSpent:
    """Shares = touches of a kind ÷ all. Source: touchpoints (no notes); contracts and their ledger for who is new."""
    zone = context.of(work).zone
    start = shifted(day, -WINDOW_MONTHS) + timedelta(days=1)
    where = [
        Touchpoint.workspace_id == work.workspace_id,
        Touchpoint.at >= local_moment(start, time(), zone),
        Touchpoint.at < local_moment(day + timedelta(days=1), time(), zone),
        Touchpoint.is_note.is_(False),
        Touchpoint.deleted_at.is_(None),
        *whose,
    ]
    first, undated = first_starts(work, select(Touchpoint.account_id).where(*where))
    rows = work.session.execute(
        select(Touchpoint.account_id, Touchpoint.at, Touchpoint.purpose, Touchpoint.by_id)
        .where(*where)
        .execution_options(yield_per=_BATCH)
    )
    counts: Counter[tuple[str, CustomerAge]] = Counter()
    touched: list[date] = []
    people: set[int] = set()
    for account_id, at, purpose, by_id in rows:
        on = local_date(at, zone)
        touched.append(on)
        counts[purpose, customer_age(first.get(account_id), account_id in undated, on)] += 1
        if by_id is not None:
            people.add(by_id)
    return TimeSpent(start, day, len(people), counts, weekly_pace(touched, start, day))


def first_starts(work: Work, touched: Select[Any]) -> tuple[dict[int, date], set[int]]:
    """Account → the first day of its first contract as contracts or their ledger know it; and those with a contract
    without a start. Trials are none."""
    c = ContractState
    starts = work.select(Contract.account_id, func.min(Contract.start_date)).where(
        Contract.account_id.in_(touched), Contract.status != "trial", Contract.start_date.is_not(None)
    )
    ledger = work.select(c.account_id, func.min(c.effective_on)).where(
        c.account_id.in_(touched), c.status.not_in(("trial", "none"))
    )
    found: dict[int, date] = {}
    for statement in (starts.group_by(Contract.account_id), ledger.group_by(c.account_id)):
        for account_id, on in work.session.execute(statement):
            found[account_id] = min(on, found.get(account_id, on))
    undated = work.select(Contract.account_id).where(
        Contract.account_id.in_(touched), Contract.status != "trial", Contract.start_date.is_(None)
    )
    return found, set(work.session.scalars(undated))
