"""Events: what one feature has caused, acted on by others in the same transaction.

A feature publishes what happened and knows nobody who listens; `bot/features.py` says who does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.db.work import Work

Listener = Callable[["Work", Any], None]
"""Do what follows from an event, in the caller's transaction."""

_listeners: Mapping[type[Any], Sequence[Listener]] = {}


def subscribe(listeners: Mapping[type[Any], Sequence[Listener]]) -> None:
    """Say once, when the program starts, who listens to which kind of event, in which order."""
    global _listeners
    _listeners = dict(listeners)


def publish(work: Work, event: object) -> None:
    """Have everyone who listens act on what happened, before this returns.

    Raises KeyError for a kind of event to which nobody was subscribed: its effects must never be dropped in silence.
    """
    for listener in _listeners[type(event)]:
        listener(work, event)
