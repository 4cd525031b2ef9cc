"""What a past leaves behind: what was done is known, what was said has been read, and what was due is over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from bot.db.work import Work
from bot.models import Delivery, EscalationNotice, JobRow, Post, Renewal
from bot.renewals.reconcile import replan_page


def forget_said(work: Work) -> None:
    """Take out messages and jobs of the time before now, and plan anew what is still to come."""
    of_here = Post.workspace_id == work.workspace_id
    said = select(Post.id).where(of_here)
    work.session.execute(delete(Delivery).where(Delivery.workspace_id == work.workspace_id, Delivery.post_id.in_(said)))
    work.session.execute(delete(EscalationNotice).where(EscalationNotice.workspace_id == work.workspace_id))
    work.session.execute(delete(Post).where(of_here))
    # What the bot planned as it started, a moment ago, is of today.
    of_past = JobRow.due_at < work.now - timedelta(days=1)
    over = (JobRow.workspace_id == work.workspace_id, JobRow.handled_at.is_(None), of_past)
    work.session.execute(delete(JobRow).where(*over))
    work.forget()
    replan_page(work, work.session.scalars(work.select(Renewal.account_id).distinct()).all())
