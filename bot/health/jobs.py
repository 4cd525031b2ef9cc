"""When scores are made: soon after something was learnt, and in the night in which what is known has faded so far.

How a score goes on when nothing is learnt is known when it is made: so the night finds by an index those that change,
and costs what they cost, however many accounts there are. Beside them it looks for accounts that have no score yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from bot.agenda import jobs as agenda_jobs
from bot.agenda import sweep
from bot.agenda.jobs import DueJob, Job
from bot.core.calendar import local_date
from bot.core.events import publish
from bot.db.work import Work
from bot.health import prompts, stored
from bot.health.compute import Computed, rescore
from bot.health.events import NightScored, ScoresComputed
from bot.health.job_kinds import HealthJob
from bot.health.score_alert import plan_alerts
from bot.models import Account, JobRow
from bot.workspace import context

STRETCH = 20_000
"""Ids among which accounts without a score are looked for in one transaction."""


def score_now(
    work: Work,
    account_ids: Sequence[int],
    authors: Mapping[int, int] | None = None,
) -> list[Computed]:
    """Score these accounts, show it on their cards, and plan to tell of falls, but not their `authors`."""
    rescored = rescore(work, account_ids)
    plan_alerts(work, rescored, authors)
    publish(work, ScoresComputed(rescored))
    return rescored


def run_score(work: Work, rows: Sequence[DueJob]) -> None:
    """Something was learnt about these accounts."""
    ids = sorted({row.subject_id for row in rows})
    score_now(work, ids, _authors(rows))
    prompts.plan_after_red(work, ids)
    _forget(work, ids)


def begin_night(work: Work) -> None:
    """Have those scores made anew that change by themselves, and those that were never made."""
    first = {"on": str(date.min), "after": 0}
    agenda_jobs.schedule(
        work, [Job(HealthJob.SCORE_NIGHT, f"workspace:{work.workspace_id}", "", work.now, sweep.LAST, first)]
    )


def run_night(work: Work, rows: Sequence[DueJob]) -> None:
    """One page of the night's scores, and on to the next: first those that change, then those never made."""
    row = rows[-1]
    following = _changing(work, row) if "on" in row.facts else _never_made(work, int(row.facts["unscored_after"]))
    if following is not None:
        agenda_jobs.reschedule(work, [row.moved_to(work.now, facts=following)])
    else:
        publish(work, NightScored())


def _changing(work: Work, row: DueJob) -> dict[str, Any]:
    today = local_date(work.now, context.of(work).zone)
    after = date.fromisoformat(row.facts["on"]), int(row.facts["after"])
    size = sweep.page_size(work)
    due = stored.due(work, today, after, size)
    score_page(work, [account_id for _, account_id in due])
    if len(due) < size:
        return {"unscored_after": 0}
    on, account_id = due[-1]
    return {"on": str(on), "after": account_id}


def _never_made(work: Work, after: int) -> dict[str, Any] | None:
    last = work.session.scalar(select(func.max(Account.id)).where(Account.workspace_id == work.workspace_id)) or 0
    until = after + STRETCH
    size = sweep.page_size(work)
    found = stored.never_scored(work, after, until, size)
    score_page(work, found)
    passed = found[-1] if len(found) == size else until
    return {"unscored_after": passed} if passed < last else None


def score_page(work: Work, account_ids: Sequence[int]) -> None:
    """A page of a night or of a recount. Cards follow where they would say something else than the score."""
    if not account_ids:
        return
    rescored = rescore(work, account_ids)
    plan_alerts(work, rescored)
    publish(work, ScoresComputed(rescored, is_sweep=True))


def _authors(rows: Sequence[DueJob]) -> dict[int, int]:
    """Who entered what was learnt, for the accounts of which one person alone entered something."""
    by: dict[int, set[int | None]] = {}
    for row in rows:
        by.setdefault(row.subject_id, set()).add(row.facts.get("by"))
    return {account_id: one for account_id, who in by.items() if len(who) == 1 and (one := next(iter(who))) is not None}


def _forget(work: Work, account_ids: Sequence[int]) -> None:
    # Each write asks for a score, and a year of askings says nothing to anyone.
    work.session.execute(
        delete(JobRow).where(
            JobRow.workspace_id == work.workspace_id,
            JobRow.kind == HealthJob.SCORE,
            JobRow.subject.in_([f"account:{account_id}" for account_id in account_ids]),
            JobRow.handled_at.is_not(None),
        )
    )
