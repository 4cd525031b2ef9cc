"""Replanning: a number of the policy has changed, so what was planned by the old one is planned anew.

It is a job like any other, a page of accounts at a time, so that a manager's press is answered at once however many
accounts there are. What is done to a page, each feature brings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import DueJob, Job
from bot.agenda.sweep import PageOf
from bot.models import Account
from bot.workspace.events import PolicyChanged

KIND = "replan"
AFTER_EVERYTHING_ELSE = 10_000
PAGE = 100
"""Accounts in one transaction: on SQLite whoever writes meanwhile waits for it."""

PAGES: list[PageOf] = []
"""What is done to each page, in this order; bot/features.py fills it."""


def on_policy_changed(session: Session, workspace_id: int, event: PolicyChanged, now: datetime) -> None:
    """Have the whole workspace planned anew as soon as the next tick comes."""
    # One that is on its way begins again at the first account: those it has passed know only the number before.
    job = Job(KIND, f"workspace:{workspace_id}", "", now, AFTER_EVERYTHING_ELSE, {"after": 0})
    jobs.schedule(session, workspace_id, [job])


def run_replan(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Plan one page of accounts by the numbers of today, and go on with the next."""
    for row in rows:
        accounts = session.scalars(
            select(Account.id)
            .where(Account.workspace_id == workspace_id, Account.id > int(row.facts["after"]))
            .order_by(Account.id)
            .limit(PAGE)
        ).all()
        for plan in PAGES:
            plan(session, workspace_id, accounts, now)
        if len(accounts) == PAGE:
            jobs.reschedule(session, workspace_id, [row.moved_to(now, facts={"after": accounts[-1]})])
