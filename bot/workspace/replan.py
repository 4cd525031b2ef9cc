"""Replanning: a number of the policy has changed, so what was planned by the old one is planned anew.

It is a job like any other, a page of accounts at a time, so that a manager's press is answered at once however many
accounts there are. What is done to a page, each feature brings.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.agenda import jobs
from bot.agenda.job_kinds import UpkeepJob
from bot.agenda.jobs import DueJob, Job
from bot.agenda.sweep import PageOf
from bot.db.work import Work
from bot.models import Account
from bot.workspace.events import PolicyChanged

AFTER_EVERYTHING_ELSE = 10_000
PAGE = 100
"""Accounts in one transaction: on SQLite whoever writes meanwhile waits for it."""

PAGES: list[PageOf] = []
"""What is done to each page after a change of policy: `replan` of every feature, in their order."""


def on_policy_changed(work: Work, event: PolicyChanged) -> None:
    """Have the whole workspace planned anew as soon as the next tick comes."""
    # One that is on its way begins again at the first account: those it has passed know only the number before.
    job = Job(UpkeepJob.REPLAN, f"workspace:{work.workspace_id}", "", work.now, AFTER_EVERYTHING_ELSE, {"after": 0})
    jobs.schedule(work, [job])


def run_replan(work: Work, rows: Sequence[DueJob]) -> None:
    """Plan one page of accounts by the numbers of today, and go on with the next."""
    size = min(PAGE, work.at_once)
    for row in rows:
        accounts = work.session.scalars(
            work.select(Account.id).where(Account.id > int(row.facts["after"])).order_by(Account.id).limit(size)
        ).all()
        for plan in PAGES:
            plan(work, accounts)
        if len(accounts) == size:
            jobs.reschedule(work, [row.moved_to(work.now, facts={"after": accounts[-1]})])
