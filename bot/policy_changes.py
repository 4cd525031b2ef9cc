"""A number of the policy has changed: what was planned by the old one is planned anew, a chunk of accounts at a time.

It is a job like any other, so that a manager's press is answered at once however many accounts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.agenda import jobs
from bot.agenda.jobs import CHUNK, DueJob, Job
from bot.core.job_kinds import JobKind
from bot.health import prompts
from bot.health.jobs import score_page
from bot.models import Account, Renewal
from bot.pulses.planning import plan_rounds
from bot.renewals import reconcile
from bot.renewals import schedule as renewal_schedule
from bot.renewals import view as renewal_view
from bot.workspace import context
from bot.workspace.events import PolicyChanged

AFTER_EVERYTHING_ELSE = 10_000


def on_policy_changed(session: Session, workspace_id: int, event: PolicyChanged, now: datetime) -> None:
    """Have the whole workspace planned anew as soon as the next tick comes."""
    # One that is on its way begins again at the first account: those it has passed know only the number before.
    job = Job(JobKind.REPLAN, f"workspace:{workspace_id}", "", now, AFTER_EVERYTHING_ELSE, {"after": 0})
    jobs.schedule(session, workspace_id, [job])


def run_replan(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Group and plan one chunk of accounts by the numbers of today, and go on with the next."""
    for row in rows:
        accounts = session.scalars(
            select(Account.id)
            .where(Account.workspace_id == workspace_id, Account.id > int(row.facts["after"]))
            .order_by(Account.id)
            .limit(CHUNK)
        ).all()
        reconcile.plan_accounts(session, workspace_id, accounts, now)
        _plan_ladders(session, workspace_id, accounts, now)
        prompts.replan_page(session, workspace_id, accounts, now)
        score_page(session, workspace_id, accounts, now)
        plan_rounds(session, workspace_id, accounts, now)
        if len(accounts) == CHUNK:
            jobs.reschedule(session, workspace_id, [row.moved_to(now, facts={"after": accounts[-1]})])


def _plan_ladders(session: Session, workspace_id: int, accounts: Sequence[int], now: datetime) -> None:
    ids = session.scalars(
        select(Renewal.id).where(
            Renewal.workspace_id == workspace_id, Renewal.account_id.in_(accounts), Renewal.closed_at.is_(None)
        )
    ).all()
    here = context.load(session, workspace_id)
    open_ones = [s for s in renewal_view.load(session, workspace_id, ids).values() if s.is_unsigned]
    jobs.cancel(session, workspace_id, [JobKind.RUNG], [s.subject for s in open_ones])
    words = [word for s in open_ones if (word := renewal_schedule.first_word(here, s, now)) is not None]
    jobs.schedule(session, workspace_id, words)
