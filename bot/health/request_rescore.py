"""Have an account scored anew after something was learnt about it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.accounts.events import AccountLearned
from bot.agenda import jobs as agenda_jobs
from bot.agenda.jobs import Job
from bot.db.work import Work
from bot.follow_ups.events import FollowUpChanged
from bot.health.job_kinds import HealthJob
from bot.touchpoints.events import ContactTakenBack, CustomerContacted


def rescore_soon(work: Work, account_ids: Sequence[int], by_id: int | None = None) -> None:
    """Have these accounts scored anew as soon as this transaction is done; several askings are answered at once.

    `by_id` is the member who entered what was learnt: a fall that comes of it is no news to them.
    """
    asker = str(by_id or "")
    jobs = [
        Job(HealthJob.SCORE, f"account:{account_id}", asker, work.now, 500, {"by": by_id}) for account_id in account_ids
    ]
    agenda_jobs.schedule(work, jobs)


def on_account_learned(work: Work, event: AccountLearned) -> None:
    """Whatever was learnt may change the score."""
    rescore_soon(work, event.account_ids, event.by_id)


def on_contact(work: Work, event: CustomerContacted | ContactTakenBack) -> None:
    """A contact, or that there was none after all, is an input of the score."""
    rescore_soon(work, [event.account_id], event.by_id)


def on_follow_up_changed(work: Work, event: FollowUpChanged) -> None:
    """A promise that was kept or broken is an input of the score."""
    if event.is_closed and event.is_promise:
        rescore_soon(work, [event.account_id], event.by_id)
