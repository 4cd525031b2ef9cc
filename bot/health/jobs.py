"""When scores are made: soon after something was learnt, and every night for all, since what is known fades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete

from bot.agenda.jobs import DueJob
from bot.core.events import publish
from bot.db.work import Work
from bot.health import prompts
from bot.health.alerts import plan_alerts
from bot.health.compute import Computed, rescore
from bot.health.events import ScoresComputed
from bot.health.rules.job_kinds import HealthJob
from bot.models import JobRow


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


def score_page(work: Work, account_ids: Sequence[int]) -> None:
    """One page of the nightly pass. Cards follow where they would say something else than the score."""
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
