"""Accounts have appeared or changed: everything that is to come of them is put on the agenda."""

from __future__ import annotations

from collections.abc import Sequence

from bot.db.work import Work
from bot.pulses.planning import plan_rounds
from bot.renewals.reconcile import Planned, plan_accounts


def plan_all(work: Work, account_ids: Sequence[int]) -> Planned:
    """Plan renewals and pulses of these accounts; returns what came of the renewals."""
    planned = plan_accounts(work, account_ids)
    plan_rounds(work, account_ids)
    return planned
