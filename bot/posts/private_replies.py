"""Answers that may not be read where they were asked for: they go to the person by direct message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost

KEY_LENGTH = 140


def reply_privately(
    session: Session, workspace_id: int, slack_id: str, request: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """Want a direct message with `facts` {"text", "blocks"}; the same request is answered once."""
    key = f"answer:{slack_id}:{request}"[:KEY_LENGTH]
    wanted = OutgoingPost(key=key, kind="answer", facts=facts, recipient=slack_id)
    outgoing.put(session, workspace_id, now, [wanted], is_once=True)
