"""A bounded record of what went between Slack and the bot, for the page's inspector and for tests."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

SECRET_FIELDS = frozenset({"token", "ssb_token"})
MASK = "•••"


class Traffic:
    """The last calls in both directions, numbered from 1; older ones fall out."""

    def __init__(self, size: int, heard: Callable[[dict[str, Any]], None]) -> None:
        """`heard` is handed each new entry, tokens and all."""
        self._entries: deque[dict[str, Any]] = deque(maxlen=size)
        self._count = 0
        self._heard = heard

    def record(
        self,
        at: datetime,
        direction: str,
        method: str,
        request: Any,
        response: Any,
        status: int | None,
        ms: float,
        fault: str | None = None,
    ) -> None:
        """Keep one exchange. `direction` is "api" (the bot called) or "event" (Slack called); `ms` is real time."""
        self._count += 1
        entry = {
            "n": self._count,
            "at": at,
            "direction": direction,
            "method": method,
            "request": request,
            "response": response,
            "status": status,
            "ms": round(ms, 2),
        }
        if fault:
            entry["fault"] = fault
        self._entries.append(entry)
        self._heard(entry)

    def after(self, number: int, limit: int) -> list[dict[str, Any]]:
        """The entries with a number above `number`, oldest first, tokens masked: the newest `limit` of them."""
        newer = (entry for entry in reversed(self._entries) if entry["n"] > number)
        found = list(islice(newer, limit))
        return [_shown(entry) for entry in reversed(found)]


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **entry,
        "at": entry["at"].isoformat(),
        "request": masked(entry["request"]),
        "response": masked(entry["response"]),
    }


def masked(value: Any) -> Any:
    """A copy of a JSON value without the tokens in it."""
    if isinstance(value, dict):
        return {key: MASK if key in SECRET_FIELDS and item else masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, str) and (value.startswith(("xoxb-", "xapp-")) or "/socket/" in value):
        return MASK
    return value
