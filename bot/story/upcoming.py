"""What comes next on an account: the jobs on its agenda that may say something."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.accounts.timeline import SUBJECTS
from bot.core.announcements import STORY
from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.models import JobRow

MOST_OF_A_KIND = 200


def next_of(
    work: Work, account_id: int, most: int, zone: str, kinds: Collection[str] = (), subject: str = ""
) -> list[tuple[str, datetime]]:
    """The next jobs about an account, its renewals, rounds, follow-ups and handoffs: (kind, moment), soonest first.

    Of `kinds` alone, if any are named, else of those that a story announces; of one `subject` of the account's alone,
    if one is named. One kind on one day in `zone` is told once. What comes of a job depends on the state by then.
    """
    subjects = [f"account:{account_id}"]
    for noun, open_rows in SUBJECTS.items():
        statement = open_rows(account_id)
        [number, *_] = statement.selected_columns
        ours = statement.where(within(number.table.c.workspace_id, work.workspace_id))
        ids = work.session.scalars(ours.order_by(number.desc()).limit(MOST_OF_A_KIND))
        subjects += [f"{noun}:{id}" for id in ids]
    if subject:
        subjects = [one for one in subjects if one == subject]
    rows = work.session.execute(
        work.select(JobRow.kind, JobRow.due_at).where(
            JobRow.subject.in_(subjects),
            JobRow.kind.in_(list(kinds or STORY)),
            JobRow.handled_at.is_(None),
        )
    )
    found = sorted(((kind, at) for kind, at in rows if at > work.now), key=lambda row: (row[1], row[0]))
    unique = {(kind, local_date(at, zone)): (kind, at) for kind, at in reversed(found)}
    return sorted(unique.values(), key=lambda row: (row[1], row[0]))[:most]
