"""A card with no place to go: admins are told once, and the card is tried again every working day."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Member
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost
from bot.renewals.batch import RenewalBatch
from bot.renewals.line_codes import NoticeCode
from bot.renewals.view import RenewalView


def alert_undeliverable(session: Session, batch: RenewalBatch, s: RenewalView) -> None:
    """Tell each admin once, ever, that cards have nowhere to go; the first such account is the example."""
    workspace_id = batch.office.workspace_id
    admins = session.scalars(
        select(Member.slack_id).where(
            Member.workspace_id == workspace_id, Member.role == "admin", Member.is_outsider.is_(False)
        )
    )
    for slack_id in admins:
        key = f"notice:{NoticeCode.NOWHERE}:{slack_id}"
        if not outgoing.exists(session, workspace_id, key):
            facts = {"code": NoticeCode.NOWHERE, "account": s.account, "renewal_id": s.id, "account_id": s.account_id}
            wanted = OutgoingPost(key, "notice", {**facts, "details": {}}, recipient=slack_id)
            outgoing.put(session, workspace_id, batch.now, [wanted])
