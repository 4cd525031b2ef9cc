"""How usage of accounts goes: read for one, for several, for all where it grew; and whose figures stopped coming."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, func, or_, select

from bot.db.scope import among, within
from bot.db.work import Work
from bot.models import Account, UsageFigure, UsageTrend
from bot.usage.rules import NEWS_DAYS, Due, Stopped, Trend, due_figures, is_use, may_be_due, period_end

_COLUMNS = (
    UsageTrend.account_id,
    UsageTrend.measure,
    UsageTrend.change,
    UsageTrend.ends_on,
    UsageTrend.product_id,
)

Trends = dict[int, list[Trend]]
"""Account → its trends."""


def trends_of(work: Work, account_ids: Collection[int]) -> Trends:
    """All trends of these accounts."""
    return _by_account(work.rows(_TRENDS, ids=list(account_ids)))


_TRENDS = select(*_COLUMNS).where(within(UsageTrend.workspace_id, bindparam("of")), among(UsageTrend.account_id))


def grown(work: Work, percent: int, today: date) -> Trends:
    """The trends of the workspace's accounts that went up by `percent` at least, and are news; figures still come."""
    since = today - timedelta(days=NEWS_DAYS)
    rows = (
        work.select(*_COLUMNS)
        .join(Account, Account.id == UsageTrend.account_id)
        .where(UsageTrend.change >= percent, UsageTrend.ends_on >= since, ~has_stopped(work, due(work, today)))
    )
    return _by_account(work.session.execute(rows))


def due(work: Work, today: date) -> list[Due]:
    """What figures ought to have come by now, measure by measure: two looks into an index for each."""
    found: list[Due] = []
    measure = ""
    while (one := work.rows(_NEXT_MEASURE, last=measure).scalar()) is not None:
        measure = one
        for is_month, statement in _NEWEST.items():
            newest = work.rows(statement, named=measure).scalar()
            if newest is not None and (ought := due_figures(measure, is_month, newest, today)):
                found.append(ought)
    return found


_F = UsageFigure.__table__.c
_NEXT_MEASURE = (
    select(_F.measure)
    .where(_F.workspace_id == bindparam("of"), _F.measure > bindparam("last"))
    .order_by(_F.measure)
    .limit(1)
)
_NEWEST = {
    is_month: select(func.max(_F.period)).where(
        _F.workspace_id == bindparam("of"), _F.measure == bindparam("named"), _F.is_month.is_(is_month)
    )
    for is_month in (False, True)
}


def has_stopped(work: Work, ought: Sequence[Due]) -> ColumnElement[bool]:
    """That figures came of the statement's account, and come no more. Figures of one measure speak for the account."""
    return and_(sends_figures(work, ought), ~_any(work, ought, lambda one: UsageFigure.period >= one.due))


def sends_figures(work: Work, ought: Sequence[Due]) -> ColumnElement[bool]:
    """That figures of the statement's account have come in the months that are compared."""
    return _any(work, ought, lambda one: UsageFigure.period >= one.since)


def _any(work: Work, ought: Sequence[Due], when: Callable[[Due], ColumnElement[bool]]) -> ColumnElement[bool]:
    """That the account has figures then. Measures that reach as far as each other are looked for together."""
    alike: dict[Due, list[str]] = defaultdict(list)
    for one in ought:
        alike[one._replace(measure="", reached=one.due)].append(one.measure)
    f = UsageFigure
    mine = (within(f.workspace_id, work.workspace_id), f.account_id == Account.id)
    return or_(
        false(),
        *(
            exists().where(*mine, f.measure.in_(measures), f.is_month.is_(one.is_month), when(one)).correlate(Account)
            for one, measures in alike.items()
        ),
    )


def stops_of(work: Work, account_ids: Collection[int], ought: Sequence[Due]) -> dict[int, Stopped]:
    """Until when the figures of these accounts came, which have stopped."""
    f = UsageFigure
    rows = work.session.execute(
        select(f.account_id, f.measure, f.is_month, func.max(f.period))
        .where(
            within(f.workspace_id, work.workspace_id),
            f.account_id.in_(account_ids),
            f.measure.in_({one.measure for one in ought}),
        )
        .group_by(f.account_id, f.measure, f.is_month)
    )
    reached = {(one.measure, one.is_month): one.reached for one in ought}
    found: dict[int, Stopped] = {}
    for account_id, measure, is_month, last in rows:
        if (measure, is_month) not in reached:
            continue
        one = Stopped(period_end(last, is_month), reached[measure, is_month])
        found[account_id] = max(found.get(account_id, one), one, key=lambda stop: (stop.last_on, stop.reached))
    return found


def stopped(work: Work, account_id: int, today: date) -> Stopped | None:
    """Until when one customer's figures came, if they have stopped. One statement where their own are new."""
    f = UsageFigure
    rows = work.session.execute(
        select(f.measure, f.is_month, func.max(f.period))
        .where(within(f.workspace_id, work.workspace_id), f.account_id == account_id)
        .group_by(f.measure, f.is_month)
    ).all()
    own = [(is_month, last) for measure, is_month, last in rows if is_use(measure)]
    if not own or not all(may_be_due(last, is_month, today) for is_month, last in own):
        return None
    ought = due(work, today)
    is_so = work.select(Account.id).where(
        Account.id == account_id, Account.is_active.is_(True), has_stopped(work, ought)
    )
    return stops_of(work, [account_id], ought)[account_id] if work.session.scalar(is_so) is not None else None


def as_a_whole(trends: Iterable[Trend]) -> list[Trend]:
    """Those of all that an account uses."""
    return [one for one in trends if one.product_id is None]


def _by_account(rows: Iterable[Any]) -> Trends:
    found: Trends = defaultdict(list)
    for row in rows:
        found[row.account_id].append(Trend(row.measure, row.change, row.ends_on, row.product_id))
    return found
