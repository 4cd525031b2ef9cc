"""Where a touchpoint comes from: the key of a message, and the names of the people it mentions."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Member


def message_key(channel: str, ts: str) -> str:
    """The one key of a message, whichever way it is logged."""
    return f"message:{channel}:{ts}"


def names_of(session: Session, workspace_id: int, slack_ids: Collection[str]) -> dict[str, str]:
    """The names of those whom the bot has met, by Slack id."""
    if not slack_ids:
        return {}
    rows = session.execute(
        select(Member.slack_id, Member.name).where(Member.workspace_id == workspace_id, Member.slack_id.in_(slack_ids))
    )
    return {row.slack_id: row.name for row in rows}
