"""Accounts have appeared or changed: everything that is to come of them is put on the agenda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.pulses.planning import plan_rounds
from bot.renewals.reconcile import Planned, plan_accounts


def plan_all(session: Session, workspace_id: int, account_ids: Sequence[int], now: datetime) -> Planned:
    """Plan renewals and pulses of these accounts; returns what came of the renewals."""
    planned = plan_accounts(session, workspace_id, account_ids, now)
    plan_rounds(session, workspace_id, account_ids, now)
    return planned
