"""Somebody is back: one direct message says what was passed to whom while they were away; what waited comes now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.accounts.return_facts import PassedLine, WhileAway
from bot.agenda import jobs
from bot.agenda.jobs import DueJob
from bot.core.announcements import WAIT_FOR_RETURN
from bot.core.hours import Hours
from bot.db.scope import is_row
from bot.models import Account, JobRow, Member, PassedOn, Post
from bot.posts import outgoing
from bot.posts.placing import OutgoingPost
from bot.workspace import hours as workspace_hours
from bot.workspace.presence import RETURNED

KIND, CODE = "notice", "while_away"
LINES = 25
WAITS_FOR = "waits_for"
"""In the facts of a job that waits for somebody's return: their number."""


def run_returned(session: Session, workspace_id: int, rows: Sequence[DueJob], now: datetime) -> None:
    """Tell each of these people once, when they are at work again; who is away still is waited for."""
    for row in rows:
        hours = workspace_hours.of_person(session, workspace_id, row.subject_id)
        at = hours.next_open(now)
        if at > now:
            jobs.reschedule(session, workspace_id, [row.moved_to(at)])
        else:
            _tell(session, workspace_id, row.subject_id, hours, now)


def came_back(session: Session, workspace_id: int, member_id: int, now: datetime) -> None:
    """Their absence ended earlier, or another day: what waits for their return is reckoned anew.

    Called after the new last day is written.
    """
    at = workspace_hours.of_person(session, workspace_id, member_id).next_open(now)
    slack_id = session.scalars(select(Member.slack_id).where(is_row(Member, workspace_id, member_id))).one()
    mine = select(Post.key).where(Post.workspace_id == workspace_id, Post.recipient == slack_id)
    session.execute(
        update(Post)
        .where(
            Post.workspace_id == workspace_id,
            or_(Post.recipient == slack_id, Post.thread_of.in_(mine)),
            Post.ts.is_(None),
            Post.state == "waiting",
            Post.attempts == 0,
            Post.due_at > at,
        )
        .values(due_at=at)
        .execution_options(synchronize_session=False)
    )
    waiting = or_(
        (JobRow.kind == RETURNED) & (JobRow.subject == f"member:{member_id}"),
        JobRow.kind.in_(sorted(WAIT_FOR_RETURN)) & (JobRow.facts[WAITS_FOR].as_integer() == member_id),
    )
    session.execute(
        update(JobRow)
        .where(JobRow.workspace_id == workspace_id, JobRow.handled_at.is_(None), waiting)
        .values(due_at=at, revision=JobRow.revision + 1)
        .execution_options(synchronize_session=False)
    )


def _tell(session: Session, workspace_id: int, member_id: int, hours: Hours, now: datetime) -> None:
    mine = (PassedOn.workspace_id == workspace_id, PassedOn.member_id == member_id, PassedOn.told_at.is_(None))
    rows = session.execute(
        select(Account.name, PassedOn.what, PassedOn.to_name, PassedOn.at)
        .join(Account, Account.id == PassedOn.account_id)
        .where(*mine)
        .order_by(PassedOn.at, PassedOn.id)
    ).all()
    insider = is_row(Member, workspace_id, member_id) & Member.is_outsider.is_(False)
    slack_id = session.scalar(select(Member.slack_id).where(insider))
    if not rows or slack_id is None:
        return
    # The same thing that was told to the same person again is one line, with its last day.
    latest = {(row.name, row.what, row.to_name): hours.day(row.at) for row in rows}
    lines = [PassedLine(name, what, to, str(day)) for (name, what, to), day in latest.items()]
    facts = WhileAway(str(hours.day(now)), tuple(lines[-LINES:]), len(lines))
    key = f"notice:{CODE}:{member_id}:{now:%Y-%m-%dT%H%M%S}"
    outgoing.put(
        session,
        workspace_id,
        now,
        [OutgoingPost(key, KIND, {"code": CODE, "account": "", "details": {}, **facts.to_facts()}, recipient=slack_id)],
    )
    session.execute(update(PassedOn).where(*mine).values(told_at=now).execution_options(synchronize_session=False))
