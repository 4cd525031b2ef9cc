"""Renderers: from a post's kind and facts to its message. Pure: the same facts give the same message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.message import Message

Render = Callable[[Mapping[str, Any]], Message]

RENDERERS: dict[str, Render] = {}
"""Kind of post → what renders it: `posts` of every feature."""


def render(kind: str, facts: Mapping[str, Any]) -> Message:
    """The message for a post of this kind; KeyError for a kind that nobody renders."""
    return RENDERERS[kind](facts)
