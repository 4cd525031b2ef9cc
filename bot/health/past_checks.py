"""What has been asked and answered so far: each account's latest health check, and the prompts that stand in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.calendar import local_date
from bot.db.scope import within
from bot.health.rules.checks import Scale, average
from bot.models import CheckPrompt, HealthCheck, Member, Post


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
    """When a check was last asked for, for the accounts for which one was in the last half year."""
    rows = session.execute(
        select(
            CheckPrompt.account_id, func.max(CheckPrompt.asked_at, type_=CheckPrompt.asked_at.type).label("asked_at")
        )
        .where(within(CheckPrompt.workspace_id, workspace_id), CheckPrompt.account_id.in_(account_ids))
        .group_by(CheckPrompt.account_id)
    )
    return {row.account_id: row.asked_at for row in rows}


def prompts(session: Session, workspace_id: int, account_id: int) -> list[Post]:
    """The prompts of an account in the last half year, as far as they are still kept, oldest first."""
    asked = select(CheckPrompt.post_key).where(
        CheckPrompt.workspace_id == workspace_id, CheckPrompt.account_id == account_id
    )
    found = select(Post).where(Post.workspace_id == workspace_id, Post.key.in_(asked)).order_by(Post.id)
    return list(session.scalars(found))


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
