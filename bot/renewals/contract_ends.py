"""Contracts that are over: those of a lost renewal, each on its own day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.models import Contract
from bot.renewals import schedule
from bot.renewals.batch import RenewalBatch
from bot.renewals.view import RenewalView


def end_lost(session: Session, batch: RenewalBatch, lost: Sequence[RenewalView]) -> None:
    """End the contracts of lost renewals whose day has come; the others get a job on theirs."""
    if not lost:
        return
    here, now = batch.office, batch.now
    left = _end_passed(session, here.workspace_id, {s.id: s.today(here, now) for s in lost})
    for s in lost:
        if s.id in left:
            batch.schedule(schedule.contract_end(here, s, left[s.id]))


def _end_passed(session: Session, workspace_id: int, today_of: Mapping[int, date]) -> dict[int, date]:
    """End what has passed by each renewal's own today; gives the next day of those that still run."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for renewal_id, today in today_of.items():
        by_day[today].append(renewal_id)
    for today, ids in by_day.items():
        passed = or_(Contract.renewal_date.is_(None), Contract.renewal_date <= today)
        session.execute(
            update(Contract)
            .where(Contract.workspace_id == workspace_id, Contract.renewal_id.in_(ids), passed)
            .values(status="ended")
        )
    rows = session.execute(
        select(Contract.renewal_id, func.min(Contract.renewal_date))
        .where(
            Contract.workspace_id == workspace_id,
            Contract.renewal_id.in_(list(today_of)),
            Contract.status == "active",
        )
        .group_by(Contract.renewal_id)
    )
    return {renewal_id: day for renewal_id, day in rows if renewal_id is not None and day is not None}
