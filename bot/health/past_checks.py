"""What has been asked and answered so far: each account's latest health check, and the prompts that stand in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.calendar import local_date
from bot.db.scope import within
from bot.health.rules.checks import Scale, average
from bot.models import AgendaRow, HealthCheck, Member, Post

KIND = "health_due"
AGAIN = "~"


def latest_checks(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[int, Any]:
    """Each account's last check that was not replaced: its id, moment, author's name (`by`) and scales."""
    rows = session.execute(
        select(
            HealthCheck.id,
            HealthCheck.account_id,
            HealthCheck.at,
            Member.name.label("by"),
            *(getattr(HealthCheck, scale) for scale in Scale),
        )
        .outerjoin(Member, Member.id == HealthCheck.by_id)
        .where(
            within(HealthCheck.workspace_id, workspace_id),
            HealthCheck.account_id.in_(account_ids),
            HealthCheck.replaced_at.is_(None),
        )
        .order_by(HealthCheck.at, HealthCheck.id)
    )
    return {row.account_id: row for row in rows}


def last_asked(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[int, datetime]:
    """When a check was last asked for, for the accounts for which one was."""
    return {
        int(post.facts["account_id"]): post.created_at for post in prompts(session, workspace_id, account_ids).values()
    }


def prompts(session: Session, workspace_id: int, account_ids: Sequence[int]) -> dict[str, Post]:
    """The prompts of these accounts that half a year's agenda remembers, by key, oldest first."""
    thought = session.execute(
        select(AgendaRow.subject, AgendaRow.slot).where(
            AgendaRow.workspace_id == workspace_id,
            AgendaRow.subject.in_([f"account:{account_id}" for account_id in account_ids]),
            AgendaRow.kind == KIND,
            AgendaRow.handled_at.is_not(None),
        )
    )
    keys = {prompt_key(int(subject.partition(":")[2]), slot) for subject, slot in thought}
    if not keys:
        return {}
    found = session.scalars(select(Post).where(Post.workspace_id == workspace_id, Post.key.in_(keys)).order_by(Post.id))
    return {post.key: post for post in found}


def prompt_key(account_id: int, slot: str) -> str:
    """The key of the message that a thought of this slot asks with."""
    return f"health:{account_id}:prompt:{slot.partition(AGAIN)[0]}"


def is_recent(at: datetime, every_days: int, now: datetime) -> bool:
    """Whether a talk is so young that no other is asked for yet."""
    # A day less: what was recorded in the evening is asked for on a morning.
    return now - at < timedelta(days=every_days - 1)


def last_facts(last: Any, zone: str) -> dict[str, Any]:
    """What a prompt says of the last check."""
    return {
        "last_on": str(local_date(last.at, zone)),
        "last_average": average({scale: getattr(last, scale) for scale in Scale}),
        "last_by": last.by or "",
    }
