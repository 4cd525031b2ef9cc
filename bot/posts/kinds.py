"""What each kind of post declares of its audience: who is told directly if its channel is closed to it.

Each feature says so in its feature.py. What a kind that declares nothing has to say goes to the post's owner,
until it was said once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.posts.audience import About

Stored = Mapping[str, Any]
"""A post's facts, as the row has them."""

SIGNS_OF_THE_END = ("outcome", "closed_on", "done_by")
"""Facts that a renewal card, a pulse card and a prompt for a health check have once they are over."""


def has_ended(facts: Stored) -> bool:
    """Whether a message that lives on for a while has come to its end."""
    return any(facts.get(sign) for sign in SIGNS_OF_THE_END)


def _no_copies(_: Stored) -> Mapping[str, Stored]:
    return {}


def _as_routed(facts: Stored, why: str) -> Stored:
    return {**facts, "routed": why} if "routed" in facts else facts


@dataclass(frozen=True, slots=True)
class PostKind:
    """What becomes of posts of a kind whose channel is closed to them.

    `copies`: {Slack id: facts} of those who get one of their own. `is_news`: it tells what somebody did, or knows, who
    is not told of it. `is_over`: once it stood, it need not be said again; so it is with all but what lives on.
    `as_routed`: the facts as its owner reads them directly, given why. `comes_back`: it returns to its channel when
    that is the team's again. After `lives_for` it is over, whatever it says.
    """

    copies: Callable[[Stored], Mapping[str, Stored]] = _no_copies
    is_news: Callable[[Stored], bool] = lambda _: False
    is_over: Callable[[Stored], bool] = lambda _: True
    as_routed: Callable[[Stored, str], Stored] = _as_routed
    comes_back: bool = False
    lives_for: timedelta = timedelta(days=3650)


PLAIN = PostKind()
KINDS: dict[str, PostKind] = {}
"""bot/features.py fills it."""


def of(kind: str) -> PostKind:
    """What this kind declares."""
    return KINDS.get(kind, PLAIN)


def is_past(kind: str, facts: Stored, created_at: datetime, now: datetime) -> bool:
    """Whether a message that stood need not be said again elsewhere."""
    declared = of(kind)
    return declared.is_over(facts) or now - created_at > declared.lives_for


def about(kind: str, facts: Stored, owner: str | None, by: str | None, reader: str | None = None) -> About:
    """What the rule of audience must know of a post; `is_over` says nothing of whether it stands already."""
    declared = of(kind)
    return About(owner, reader, by, tuple(declared.copies(facts)), declared.is_news(facts), declared.is_over(facts))
