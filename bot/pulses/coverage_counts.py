"""Coverage: which accounts were heard of lately, and whether all year round. Counted by the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from bot.core.calendar import local_date, local_moment
from bot.db.work import Work
from bot.models import Account, Member, PulseRound
from bot.pulses.coverage_rules import LAST_QUARTER, Coverage, Month, Unheard, Year, months_back
from bot.workspace import context
from bot.workspace.context import WorkspaceContext

DAYS = 90
MONTHS = 12
LONGEST = 10


def coverage(work: Work, days: int = DAYS) -> Coverage:
    """How well the active accounts are asked about. A round counts on the day it opened, once somebody answered.

    A running round counts for nothing yet: what was said in it stays unseen until it closes.
    """
    ws = context.of(work)
    today = local_date(work.now, ws.zone)
    since = _midnight(ws, today - timedelta(days=days))
    active = _count(work.session, select(func.count(Account.id)).where(*_active(work.workspace_id)))
    heard = _count(work.session, _accounts(work.workspace_id, since, work.now, heard=True))
    asked = _count(work.session, _accounts(work.workspace_id, since, work.now, heard=False))
    asking = _count(work.session, _accounts(work.workspace_id, since, work.now, heard=False, running=True)) - asked
    return Coverage(
        as_of=today,
        days=days,
        active=active,
        heard=heard,
        silent=asked - heard,
        asking=asking,
        months=tuple(_month(work, first) for first in months_back(today, MONTHS)),
        years=tuple(_year(work, year) for year in (today.year - 1, today.year)),
        longest=_longest(work, since),
        from_them=_count(
            work.session, _accounts(work.workspace_id, since, work.now, heard=True).where(PulseRound.heard > 0)
        ),
    )


def _active(workspace_id: int) -> tuple[Any, ...]:
    return (Account.workspace_id == workspace_id, Account.is_active.is_(True))


def _opened(workspace_id: int, since: datetime, until: datetime) -> tuple[Any, ...]:
    return (
        PulseRound.workspace_id == workspace_id,
        PulseRound.opened_at >= since,
        PulseRound.opened_at < until,
    )


def _closed(workspace_id: int, since: datetime, until: datetime) -> tuple[Any, ...]:
    return (*_opened(workspace_id, since, until), PulseRound.closed_at.is_not(None))


def _accounts(workspace_id: int, since: datetime, until: datetime, heard: bool, running: bool = False) -> Select[Any]:
    rounds = _opened if running else _closed
    statement = (
        select(func.count(PulseRound.account_id.distinct()))
        .join(Account, Account.id == PulseRound.account_id)
        .where(*rounds(workspace_id, since, until), *_active(workspace_id))
    )
    return statement.where(PulseRound.value.is_not(None)) if heard else statement


def _month(work: Work, first: date) -> Month:
    ws = context.of(work)
    following = (first + timedelta(days=32)).replace(day=1)
    since, until = _midnight(ws, first), min(_midnight(ws, following), work.now)
    of_account = PulseRound.account_id.distinct()
    rounds, accounts, from_them = work.session.execute(
        select(
            func.count(PulseRound.id),
            func.count(of_account),
            func.count(case((PulseRound.heard > 0, PulseRound.account_id)).distinct()),
        ).where(*_closed(work.workspace_id, since, until), PulseRound.value.is_not(None))
    ).one()
    return Month(first, rounds, accounts, from_them)


def _year(work: Work, year: int) -> Year:
    ws = context.of(work)
    since, until = _midnight(ws, date(year, 1, 1)), min(_midnight(ws, date(year + 1, 1, 1)), work.now)
    last_quarter = _midnight(ws, date(year, LAST_QUARTER[0], 1))
    rounds, late = work.session.execute(
        select(
            func.count(PulseRound.id),
            func.count(PulseRound.id).filter(PulseRound.opened_at >= last_quarter),
        ).where(*_closed(work.workspace_id, since, until), PulseRound.value.is_not(None))
    ).one()
    return Year(year, rounds, late)


def _longest(work: Work, since: datetime) -> tuple[Unheard, ...]:
    """Active accounts not heard of since then: those never heard of first, then the longest ago."""
    ws = context.of(work)
    last = func.max(PulseRound.opened_at, type_=PulseRound.opened_at.type)
    rows: Sequence[Any] = work.session.execute(
        select(Account.name, Member.name.label("owner"), last.label("last"))
        .select_from(Account)
        .outerjoin(
            PulseRound,
            and_(
                PulseRound.account_id == Account.id,
                PulseRound.value.is_not(None),
                PulseRound.closed_at.is_not(None),
                PulseRound.opened_at < work.now,
            ),
        )
        .outerjoin(Member, and_(Member.id == Account.owner_id, Member.is_outsider.is_(False)))
        .where(*_active(work.workspace_id))
        .group_by(Account.id, Account.name, Member.name)
        .having((last < since) | last.is_(None))
        .order_by(last.is_not(None), last, Account.name)
        .limit(LONGEST)
    ).all()
    return tuple(
        Unheard(row.name, row.owner or "", local_date(row.last, ws.zone) if row.last else None) for row in rows
    )


def _count(session: Session, statement: Select[Any]) -> int:
    return int(session.scalar(statement) or 0)


def _midnight(ws: WorkspaceContext, day: date) -> datetime:
    return local_moment(day, time(), ws.zone)
