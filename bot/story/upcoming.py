"""What comes next on an account: the jobs on its agenda that may say something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.calendar import local_date
from bot.core.job_kinds import IN_STORY
from bot.handoffs.rules import State
from bot.models import Contract, FollowUp, Handoff, JobRow, PulseRound, Renewal


def next_of(
    session: Session, workspace_id: int, account_id: int, now: datetime, most: int, zone: str
) -> list[tuple[str, datetime]]:
    """The next jobs about an account, its renewals, rounds, follow-ups and handoffs: (kind, moment), soonest first.

    One kind on one day in `zone` is told once. What comes of a job depends on the state by then.
    """
    subjects = [f"account:{account_id}"]
    for noun, column, open_ones in (
        ("renewal", Renewal, Renewal.closed_at.is_(None)),
        ("contract", Contract, (Contract.status == "active") & Contract.renewal_id.is_(None)),
        ("pulse", PulseRound, PulseRound.account_id == account_id),
        ("follow_up", FollowUp, FollowUp.done_at.is_(None)),
        ("handoff", Handoff, Handoff.state == State.WAITING),
    ):
        ids = session.scalars(
            select(column.id).where(column.account_id == account_id, open_ones).order_by(column.id.desc()).limit(200)
        )
        subjects += [f"{noun}:{id}" for id in ids]
    rows = session.execute(
        select(JobRow.kind, JobRow.due_at).where(
            JobRow.workspace_id == workspace_id,
            JobRow.subject.in_(subjects),
            JobRow.kind.in_(IN_STORY),
            JobRow.handled_at.is_(None),
        )
    )
    found = sorted(((kind, at) for kind, at in rows if at > now), key=lambda row: (row[1], row[0]))
    unique = {(kind, local_date(at, zone)): (kind, at) for kind, at in reversed(found)}
    return sorted(unique.values(), key=lambda row: (row[1], row[0]))[:most]
