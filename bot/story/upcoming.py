"""What comes next on an account: the jobs on its agenda that may say something."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, literal, literal_column, select, union_all

from bot.accounts.timeline import SUBJECTS, Happened
from bot.core.announcements import STORY
from bot.core.calendar import local_date
from bot.db.scope import within
from bot.db.work import Work
from bot.models import JobRow

MOST_OF_A_KIND = 200

_JOBS = select(JobRow.kind, JobRow.due_at).where(
    JobRow.workspace_id == bindparam("of"),
    JobRow.subject.in_(bindparam("subjects", expanding=True)),
    JobRow.kind.in_(bindparam("kinds", expanding=True)),
    JobRow.handled_at.is_(None),
)


def next_of(
    work: Work, account_id: int, most: int, zone: str, kinds: Collection[str] = (), subject: str = ""
) -> list[tuple[str, datetime]]:
    """The next jobs about an account, its renewals, rounds, follow-ups and handoffs: (kind, moment), soonest first.

    Of `kinds` alone, if any are named, else of those that a story announces; of one `subject` of the account's alone,
    if one is named. One kind on one day in `zone` is told once. What comes of a job depends on the state by then.
    """
    subjects = [f"account:{account_id}"]
    theirs = work.rows(_open_rows(tuple(SUBJECTS.items())), account=account_id)
    subjects += [f"{noun}:{id}" for noun, id in theirs]
    if subject:
        subjects = [one for one in subjects if one == subject]
    rows = work.rows(_JOBS, subjects=subjects, kinds=list(kinds or STORY))
    found = sorted(((kind, at) for kind, at in rows if at > work.now), key=lambda row: (row[1], row[0]))
    unique = {(kind, local_date(at, zone)): (kind, at) for kind, at in reversed(found)}
    return sorted(unique.values(), key=lambda row: (row[1], row[0]))[:most]


@cache
def _open_rows(subjects: tuple[tuple[str, Callable[[Any], Happened]], ...]) -> CompoundSelect[Any]:
    """(noun, id) of an account's open rows, in one statement: built once, since that takes longer than running it."""
    each = []
    for noun, open_rows in subjects:
        statement = open_rows(bindparam("account"))
        [number, *_] = statement.selected_columns
        ours = statement.where(within(number.table.c.workspace_id, bindparam("of")))
        newest = ours.order_by(number.desc()).limit(literal_column(str(MOST_OF_A_KIND))).subquery()
        each.append(select(literal(noun).label("noun"), *newest.c))
    return union_all(*each)
