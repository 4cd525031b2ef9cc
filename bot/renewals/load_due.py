"""What all jobs about renewals share: their renewals in one load, their reasons to stay silent, their details."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.agenda.jobs import DueJob
from bot.db.work import Work
from bot.renewals import view
from bot.renewals.rules.ladder import days_left
from bot.renewals.view import RenewalView


def load_due(work: Work, rows: Sequence[DueJob]) -> Iterator[tuple[DueJob, RenewalView]]:
    """Each due row with its renewal. Of several rows of one renewal in a batch the most urgent is given, once."""
    states = view.load(work, [row.subject_id for row in rows])
    for row in rows:
        found = states.pop(row.subject_id, None)
        if found is not None:
            yield row, found


def is_attended(s: RenewalView, quiet_days: int, now: datetime) -> bool:
    """Whether a reminder has lost its reason: someone is on it and touched it within the quiet days.

    A snooze is no work on it: while it lasts, what counts is the touch before it.
    """
    snooze = s.facts.get("snooze") or {}
    if s.snoozed_until is not None and s.touched_at is not None and s.touched_at.isoformat() == snooze.get("at"):
        touched = str(snooze.get("touched") or "")
        return (
            s.claimed_by_id is not None
            and bool(touched)
            and now - datetime.fromisoformat(touched) < timedelta(days=quiet_days)
        )
    return s.claimed_by_id is not None and s.touched_at is not None and now - s.touched_at < timedelta(days=quiet_days)


def countdown(s: RenewalView, today: date) -> dict[str, str]:
    """The details of a line about a deadline."""
    left = days_left(s.deadline, today)
    details = {"deadline": str(s.deadline), "days_left": str(left), "as_of": str(today)}
    if left < 0:
        # Then it counts whether only the notice window has closed, or the renewal itself is overdue.
        details |= {"ends": str(s.renewal_date), "auto_renew": "yes" if s.auto_renew else ""}
    return details
