"""Answers that may not be read where they were asked for: they go to the person by direct message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.db.work import Work
from bot.posts import outgoing
from bot.posts.outgoing import OutgoingPost

KEY_LENGTH = 140


def reply_privately(work: Work, slack_id: str, request: str, facts: Mapping[str, Any]) -> None:
    """Want a direct message with `facts` {"text", "blocks"}; the same request is answered once."""
    key = f"answer:{slack_id}:{request}"[:KEY_LENGTH]
    wanted = OutgoingPost(key=key, kind="answer", facts=facts, recipient=slack_id)
    outgoing.put(work, [wanted], is_once=True)
