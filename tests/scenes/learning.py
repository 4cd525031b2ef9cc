"""What a team may have learnt about an account: rows for the tests of scores and checks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.models import Account, FollowUp, HealthCheck, PulseRound, Touchpoint
from tests.factories import NOW, TODAY


def days_ago(days: int) -> datetime:
    """The moment of the tests, so many days before."""
    return NOW - timedelta(days=days)


def make_check(session: Session, account: Account, at: datetime = NOW, every: int | None = None, **values: Any) -> int:
    """A health check; `every` is the answer on each scale."""
    scales = dict.fromkeys(("outcomes", "relationship", "adoption", "support", "expectations"), every)
    base = {"workspace_id": account.workspace_id, "account_id": account.id, "at": at, "created_at": at}
    return _added(session, HealthCheck(**{**base, **scales, **values}))


def make_touch(session: Session, account: Account, at: datetime = NOW, **values: Any) -> int:
    """A call with the customer."""
    base = {"workspace_id": account.workspace_id, "account_id": account.id, "kind": "call", "at": at, "created_at": at}
    return _added(session, Touchpoint(**{**base, **values}))


def make_ticket(session: Session, account: Account, at: datetime = NOW, **values: Any) -> int:
    """A ticket of the customer's."""
    return make_touch(session, account, at, **{"kind": "ticket", **values})


def make_round(session: Session, account: Account, value: int | None, closed_at: datetime | None = NOW) -> int:
    """A pulse round that came to `value` (0–100)."""
    opened = (closed_at or NOW) - timedelta(days=7)
    return _added(
        session,
        PulseRound(
            workspace_id=account.workspace_id,
            account_id=account.id,
            opened_at=opened,
            closes_on=(closed_at or NOW).date(),
            closed_at=closed_at,
            asked=[],
            value=value,
        ),
    )


def make_promise(session: Session, account: Account, outcome: str | None, at: datetime = NOW, due: date = TODAY) -> int:
    """A promise made to the customer."""
    return _added(
        session,
        FollowUp(
            workspace_id=account.workspace_id,
            account_id=account.id,
            words="Send the numbers",
            due_on=due,
            is_promise=True,
            outcome=outcome,
            done_at=at if outcome else None,
            created_at=at,
        ),
    )


def _added(session: Session, row: Any) -> int:
    session.add(row)
    session.flush()
    return int(row.id)
