"""What a digest tells: what is new, or has changed since it was told; the rest is counted as still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from bot.accounts.digest_parts import DigestItem

SOON = 3
"""Days before something is due from which it is worth another word."""

QUIET = 7
"""Days for which what was told, here or in a message of its own, is told again only if it has become late or worse. So
what is told four days before it is due is not told the next morning too, and what comes and goes is not new each time.
"""


class Nearness(IntEnum):
    """How near the day is on which something is due."""

    NO_DAY = 0
    AHEAD = 1
    SOON = 2
    LATE = 3


class Told(NamedTuple):
    """What a digest has told of one thing: how near and how bad it was, and the ISO day on which it was last told."""

    nearness: int
    severity: int
    on: str


class Sorted(NamedTuple):
    """What is worth telling, nearest first, and what was told before and is as it was."""

    news: tuple[DigestItem, ...]
    still: tuple[DigestItem, ...]


def nearness(due_on: str | None, today: date) -> Nearness:
    """How near an ISO day is."""
    if not due_on:
        return Nearness.NO_DAY
    days = (date.fromisoformat(due_on) - today).days
    return Nearness.LATE if days < 0 else Nearness.SOON if days <= SOON else Nearness.AHEAD


def sort_out(items: Sequence[DigestItem], told: Mapping[str, Told], today: date) -> Sorted:
    """`told` is what `told_now` gave for the digest before: what is in there, and has not changed, is nothing new."""
    ordered = sorted(items, key=lambda one: (-nearness(one.due_on, today), -one.severity))
    is_news = {one.key: _is_news(one, _before(one, told, today), today) for one in ordered}
    return Sorted(
        tuple(replace(one, was_told=one.key in told) for one in ordered if is_news[one.key]),
        tuple(one for one in ordered if not is_news[one.key]),
    )


def told_now(items: Sequence[DigestItem], told: Mapping[str, Told], today: date) -> dict[str, Told]:
    """What the next digest is compared with. What waits no more is forgotten after a while, and new when it comes back.

    For the same while what got better counts as bad as it was: what goes up and down is not told each time.
    """
    kept = {key: before for key, before in told.items() if not _is_over(before, today)}
    return kept | {one.key: _told(one, _before(one, told, today), today) for one in items}


def _before(one: DigestItem, told: Mapping[str, Told], today: date) -> Told | None:
    """When this was last told, in a digest or in a message of its own."""
    before = told.get(one.key)
    if one.asked_on is None or (before is not None and before.on >= one.asked_on):
        return before
    severity = one.severity if one.asked_severity is None else one.asked_severity
    asked = Told(nearness(one.due_on, date.fromisoformat(one.asked_on)), severity, one.asked_on)
    return before if _is_over(asked, today) else asked


def _is_news(one: DigestItem, before: Told | None, today: date) -> bool:
    if before is None:
        return True
    near = nearness(one.due_on, today)
    if one.severity > before.severity or (near is Nearness.LATE and before.nearness < near):
        return True
    return near is Nearness.SOON and before.nearness < near and _is_over(before, today)


def _told(one: DigestItem, before: Told | None, today: date) -> Told:
    near = nearness(one.due_on, today)
    if before is None or _is_news(one, before, today):
        return Told(near, one.severity, str(today))
    severity = one.severity if _is_over(before, today) else max(one.severity, before.severity)
    return Told(near, severity, before.on)


def _is_over(before: Told, today: date) -> bool:
    return (today - date.fromisoformat(before.on)).days >= QUIET
