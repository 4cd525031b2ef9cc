"""What the team did for an account, and when: what a signal may have been answered by."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select

from bot.db.work import Work
from bot.models import Event, FollowUp, Handoff, HealthCheck, Plan, Touchpoint
from bot.renewals.line_codes import Line

TICKET = "ticket"
WORKED_ON = (Line.CLAIMED, Line.TOOK_OVER, Line.UPDATED, Line.SIGNED, Line.INVOICED)


class Act(NamedTuple):
    """Something that was done: `by` is a member's number, where it is known, `how` as in facts.FoundSignal."""

    at: datetime
    how: str
    by: int | None


class Acts:
    """The acts of one account, by time."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self._acts = sorted(acts, key=lambda one: one.at)
        self._moments = [one.at for one in self._acts]

    def first(self, since: datetime) -> Act | None:
        """The first act from a moment on."""
        place = bisect_left(self._moments, since)
        return self._acts[place] if place < len(self._acts) else None


def of_account(work: Work, account_id: int, since: datetime, until: datetime) -> Acts:
    """What was done between two moments, the second left out. A ticket is the customer's act, a note reaches nobody."""
    found = [Act(at, "touch", by) for at, by in touches(work, account_id, since, until)]
    for how, statement, at in _others(work, account_id):
        rows = work.session.execute(statement.where(at >= since, at < until))
        found += [Act(moment, how, by) for moment, by in rows]
    return Acts(found)


def touches(work: Work, account_id: int, since: datetime, until: datetime) -> list[tuple[datetime, int | None]]:
    """(when, by whom) of the touches between two moments, oldest first."""
    rows = work.session.execute(
        work.select(Touchpoint.at, Touchpoint.by_id)
        .where(
            Touchpoint.account_id == account_id,
            Touchpoint.at >= since,
            Touchpoint.at < until,
            Touchpoint.kind != TICKET,
            Touchpoint.is_note.is_(False),
            Touchpoint.deleted_at.is_(None),
        )
        .order_by(Touchpoint.at, Touchpoint.id)
    )
    return [(row.at, row.by_id) for row in rows]


def _others(work: Work, account_id: int) -> list[tuple[str, Select[Any], Any]]:
    check, step, event, plan, handoff = HealthCheck, FollowUp, Event, Plan, Handoff
    return [
        ("check", work.select(check.created_at, check.by_id).where(check.account_id == account_id), check.created_at),
        (
            "step",
            work.select(step.created_at, step.created_by_id).where(step.account_id == account_id),
            step.created_at,
        ),
        ("plan", work.select(plan.created_at, plan.by_id).where(plan.account_id == account_id), plan.created_at),
        (
            "handoff",
            work.select(handoff.created_at, handoff.giver_id).where(handoff.account_id == account_id),
            handoff.created_at,
        ),
        (
            "renewal",
            work.select(event.at, event.by_id).where(
                event.account_id == account_id, event.kind.in_(WORKED_ON), event.by_id.is_not(None)
            ),
            event.at,
        ),
    ]
