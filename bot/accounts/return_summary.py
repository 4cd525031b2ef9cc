"""Somebody is back: one direct message says what was passed to whom while they were away; what waited comes now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update

from bot.accounts.return_facts import PassedLine, WhileAway
from bot.agenda import jobs
from bot.agenda.job_kinds import UpkeepJob
from bot.agenda.jobs import DueJob
from bot.core.announcements import WAIT_FOR_RETURN
from bot.core.hours import Hours
from bot.db.scope import is_row
from bot.db.work import Work
from bot.models import Account, JobRow, Member, PassedOn
from bot.posts import outgoing, queue
from bot.posts.placing import OutgoingPost
from bot.workspace import hours as workspace_hours

KIND, CODE = "notice", "while_away"
LINES = 25
WAITS_FOR = "waits_for"
"""In the facts of a job that waits for somebody's return: their number."""


def run_returned(work: Work, rows: Sequence[DueJob]) -> None:
    """Tell each of these people once, when they are at work again; who is away still is waited for."""
    for row in rows:
        hours = workspace_hours.of_person(work, row.subject_id)
        at = hours.next_open(work.now)
        if at > work.now:
            jobs.reschedule(work, [row.moved_to(at)])
        else:
            _tell(work, row.subject_id, hours)


def came_back(work: Work, member_id: int) -> None:
    """Their absence ended earlier, or another day: what waits for their return is reckoned anew.

    Called after the new last day is written.
    """
    at = workspace_hours.of_person(work, member_id).next_open(work.now)
    slack_id = work.session.scalars(select(Member.slack_id).where(is_row(Member, work.workspace_id, member_id))).one()
    queue.hasten(work, slack_id, at)
    waiting = or_(
        (JobRow.kind == UpkeepJob.RETURNED) & (JobRow.subject == f"member:{member_id}"),
        JobRow.kind.in_(sorted(WAIT_FOR_RETURN)) & (JobRow.facts[WAITS_FOR].as_integer() == member_id),
    )
    work.session.execute(
        update(JobRow)
        .where(JobRow.workspace_id == work.workspace_id, JobRow.handled_at.is_(None), waiting)
        .values(due_at=at, revision=JobRow.revision + 1)
        .execution_options(synchronize_session=False)
    )


def _tell(work: Work, member_id: int, hours: Hours) -> None:
    mine = (PassedOn.workspace_id == work.workspace_id, PassedOn.member_id == member_id, PassedOn.told_at.is_(None))
    rows = work.session.execute(
        select(Account.name, PassedOn.what, PassedOn.to_name, PassedOn.at)
        .join(Account, Account.id == PassedOn.account_id)
        .where(*mine)
        .order_by(PassedOn.at, PassedOn.id)
    ).all()
    insider = is_row(Member, work.workspace_id, member_id) & Member.is_outsider.is_(False)
    slack_id = work.session.scalar(select(Member.slack_id).where(insider))
    if not rows or slack_id is None:
        return
    # The same thing that was told to the same person again is one line, with its last day.
    latest = {(row.name, row.what, row.to_name): hours.day(row.at) for row in rows}
    lines = [PassedLine(name, what, to, str(day)) for (name, what, to), day in latest.items()]
    facts = WhileAway(str(hours.day(work.now)), tuple(lines[-LINES:]), len(lines))
    key = f"notice:{CODE}:{member_id}:{work.now:%Y-%m-%dT%H%M%S}"
    outgoing.put(
        work,
        [OutgoingPost(key, KIND, {"code": CODE, "account": "", "details": {}, **facts.to_facts()}, recipient=slack_id)],
    )
    work.session.execute(
        update(PassedOn).where(*mine).values(told_at=work.now).execution_options(synchronize_session=False)
    )
