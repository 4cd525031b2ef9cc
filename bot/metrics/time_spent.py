"""Where time goes: touches of one person, of a manager's people together, or of all, by purpose and customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from bot.accounts.figure_facts import WINDOW_MONTHS
from bot.accounts.figure_parts import Among, condition, is_few_people_in_a_segment
from bot.core.calendar import local_date, local_moment
from bot.core.months import shifted
from bot.db.scope import within
from bot.db.work import Work
from bot.metrics.rules.time_spent import CustomerAge, TimeSpent, customer_age, weekly_pace
from bot.models import Account, Contract, ContractState, Touchpoint
from bot.workspace import context

_BATCH = 10_000


def own_time(work: Work, member_id: int, day: date, zone: str) -> TimeSpent:
    """Where one person's time went in the twelve months up to a day of their own calendar. For their eyes alone."""
    return _time(work, day, zone, [Touchpoint.by_id == member_id])


def team_time(work: Work, people: Collection[int], day: date) -> TimeSpent:
    """Where the time of these people went, together, by the workspace's calendar: theirs may be several."""
    return _time(work, day, context.of(work).zone, [Touchpoint.by_id.in_(people)])


def all_time(work: Work, day: date, among: Among = None) -> TimeSpent:
    """Where everybody's time went; touches of which nobody knows who made them count too."""
    return _time(work, day, context.of(work).zone, condition(work, Touchpoint.account_id, among))


def is_alone_in_a_segment(work: Work, day: date, among: Among) -> bool:
    """Whether somebody's touches could be told from the figures of all segments, held against those of everybody."""
    made = select(Touchpoint.account_id, Touchpoint.by_id.label("by_id")).where(
        *_touches(work, day, context.of(work).zone), Touchpoint.by_id.is_not(None)
    )
    return is_few_people_in_a_segment(work, among, made)


def _touches(work: Work, day: date, zone: str) -> list[ColumnElement[bool]]:
    return [
        Touchpoint.workspace_id == work.workspace_id,
        Touchpoint.at >= local_moment(_start(day), time(), zone),
        Touchpoint.at < local_moment(day + timedelta(days=1), time(), zone),
        Touchpoint.is_note.is_(False),
        Touchpoint.deleted_at.is_(None),
    ]


def _start(day: date) -> date:
    return shifted(day, -WINDOW_MONTHS) + timedelta(days=1)


def _time(work: Work, day: date, zone: str, whose: list[ColumnElement[bool]]) -> TimeSpent:
    """Shares = touches of a kind ÷ all. Source: touchpoints (no notes); contracts and their ledger for who is new."""
    start = _start(day)
    where = [*_touches(work, day, zone), *whose]
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
    """Account → the first day of its first contract, by the ledger, or by the contract where the ledger has none; and
    those with a contract without a start, or with none at all: the first may have been earlier. Trials are none.

    Of the ledger's entries of one day the last one counts: a start that was corrected is none any more.
    """
    c, later = ContractState, aliased(ContractState)
    is_told = exists().where(within(c.workspace_id, work.workspace_id), c.contract_id == Contract.id)
    starts = work.select(Contract.account_id, func.min(Contract.start_date)).where(
        Contract.account_id.in_(touched), Contract.status != "trial", Contract.start_date.is_not(None), ~is_told
    )
    is_corrected = exists().where(
        within(later.workspace_id, work.workspace_id),
        later.contract_id == c.contract_id,
        later.effective_on == c.effective_on,
        later.id > c.id,
    )
    ledger = work.select(c.account_id, func.min(c.effective_on)).where(
        c.account_id.in_(touched), c.status.not_in(("trial", "none")), ~is_corrected
    )
    found: dict[int, date] = {}
    for statement in (starts.group_by(Contract.account_id), ledger.group_by(c.account_id)):
        for account_id, on in work.session.execute(statement):
            found[account_id] = min(on, found.get(account_id, on))
    undated = work.select(Contract.account_id).where(
        Contract.account_id.in_(touched), Contract.status != "trial", Contract.start_date.is_(None)
    )
    bought = work.select(Contract.account_id).where(Contract.account_id.in_(touched))
    unsold = work.select(Account.id).where(Account.id.in_(touched), Account.id.not_in(bought))
    return found, {*work.session.scalars(undated), *work.session.scalars(unsold)}
