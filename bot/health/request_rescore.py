"""Have an account scored anew after something was learnt about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.accounts.events import AccountLearned
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import Job
from bot.follow_ups.events import FollowUpChanged
from bot.health.rules.job_kinds import HealthJob
from bot.touchpoints.events import ContactTakenBack, CustomerContacted


def rescore_soon(
    session: Session, workspace_id: int, account_ids: Sequence[int], now: datetime, by_id: int | None = None
) -> None:
    """Have these accounts scored anew as soon as this transaction is done; several askings are answered at once.

    `by_id` is the member who entered what was learnt: a fall that comes of it is no news to them.
    """
    asker = str(by_id or "")
    jobs = [Job(HealthJob.SCORE, f"account:{account_id}", asker, now, 500, {"by": by_id}) for account_id in account_ids]
    agenda_jobs.schedule(session, workspace_id, jobs)


def on_account_learned(session: Session, workspace_id: int, event: AccountLearned, now: datetime) -> None:
    """Whatever was learnt may change the score."""
    rescore_soon(session, workspace_id, event.account_ids, now, event.by_id)


def on_contact(session: Session, workspace_id: int, event: CustomerContacted | ContactTakenBack, now: datetime) -> None:
    """A contact, or that there was none after all, is an input of the score."""
    rescore_soon(session, workspace_id, [event.account_id], now, event.by_id)


def on_follow_up_changed(session: Session, workspace_id: int, event: FollowUpChanged, now: datetime) -> None:
    """A promise that was kept or broken is an input of the score."""
    if event.is_closed and event.is_promise:
        rescore_soon(session, workspace_id, [event.account_id], now, event.by_id)
