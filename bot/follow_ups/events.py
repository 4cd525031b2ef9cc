"""Events about follow-ups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FollowUpChanged:
    """A follow-up was written down, or closed by the member `by_id` (None: by time).

    `source` is what it came from, as "touchpoint:12".
    """

    account_id: int
    source: str
    is_promise: bool
    is_closed: bool
    by_id: int | None


def source_id(event: FollowUpChanged, noun: str) -> int | None:
    """The number behind the noun that a follow-up came from: 12 of "touchpoint:12"; None for another noun."""
    found, _, number = event.source.partition(":")
    return int(number) if found == noun and number.isdecimal() else None
