"""When scores are made: soon after something was learnt, and every night for all, since what is known fades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.agenda.jobs import DueJob
from bot.core.events import publish
from bot.health import prompts
from bot.health.alerts import plan_alerts
from bot.health.compute import Computed, rescore
from bot.health.events import ScoresComputed
from bot.health.rules.job_kinds import HealthJob
from bot.models import JobRow
from bot.workspace import context
from bot.workspace.context import WorkspaceContext


def score_now(
    session: Session,
    here: WorkspaceContext,
    account_ids: Sequence[int],
    now: datetime,
    authors: Mapping[int, int] | None = None,
) -> list[Computed]:
    """Score these accounts, show it on their cards, and plan to tell of falls, but not their `authors`."""
    rescored = rescore(session, here, account_ids, now)
    plan_alerts(session, here, rescored, now, authors)
    publish(session, here.workspace_id, ScoresComputed(rescored), now)
    return rescored


def run_score(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Something was learnt about these accounts."""
    ids = sorted({row.subject_id for row in rows})
    here = context.load(session, workspace_id)
    score_now(session, here, ids, now, _authors(rows))
    prompts.plan_after_red(session, here, ids, now)
    _forget(session, workspace_id, ids)


def score_page(session: Session, workspace_id: int, account_ids: Sequence[int], now: datetime) -> None:
    """One page of the nightly pass. Cards follow where they would say something else than the score."""
    here = context.load(session, workspace_id)
    rescored = rescore(session, here, account_ids, now)
    plan_alerts(session, here, rescored, now)
    publish(session, workspace_id, ScoresComputed(rescored, is_sweep=True), now)


def _authors(rows: Sequence[DueJob]) -> dict[int, int]:
    """Who entered what was learnt, for the accounts of which one person alone entered something."""
    by: dict[int, set[int | None]] = {}
    for row in rows:
        by.setdefault(row.subject_id, set()).add(row.facts.get("by"))
    return {account_id: one for account_id, who in by.items() if len(who) == 1 and (one := next(iter(who))) is not None}


def _forget(session: Session, workspace_id: int, account_ids: Sequence[int]) -> None:
    # Each write asks for a score, and a year of askings says nothing to anyone.
    session.execute(
        delete(JobRow).where(
            JobRow.workspace_id == workspace_id,
            JobRow.kind == HealthJob.SCORE,
            JobRow.subject.in_([f"account:{account_id}" for account_id in account_ids]),
            JobRow.handled_at.is_not(None),
        )
    )
