"""The rule of audience: may a message stand at a place, by who reads there; and what becomes of it if not.

Pure. Two ask it: the deliverer, which may wait for Slack's answer, and the handler, which has three seconds and takes
"cannot be found out" as no. Features say for whom a message is, never where it must not go.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.audience import Audience, Unknown, Why, closed


@dataclass(frozen=True, slots=True)
class About:
    """What the rule must know of a message.

    `owner` is the person (Slack id) told instead, `reader` who reads it alone. `by` is the person who did what it tells
    of, or knows it: if it `is_news`, they are not told. `each` are those of the team who get a copy of their own
    instead. `is_over`: it need not be said again elsewhere.
    """

    owner: str | None = None
    reader: str | None = None
    by: str | None = None
    each: tuple[str, ...] = ()
    is_news: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """It may go there, and stay."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Nobody knows yet."""

    what: Unknown


@dataclass(frozen=True, slots=True)
class Reroute:
    """It is told directly instead: to the `owner`, and to each of the `others` in a copy of their own."""

    owner: str | None
    others: tuple[str, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Drop:
    """It is told to nobody. If that `is_loss`, admins hear of it. `why`: its place is closed; else its reader knows."""

    why: Why | None = None
    is_loss: bool = False


Decision = Send | Ask | Reroute | Drop


def decide(message: About, audience: Audience, guests_may_read: bool) -> Decision:
    """Whether a message may stand at a place, what must be asked first, or what becomes of it."""
    found = closed(audience, guests_may_read)
    if isinstance(found, Unknown):
        return Ask(found)
    if found is not None:
        return Drop(found, is_loss=True) if audience.is_direct else elsewhere(message, found)
    return Drop() if audience.is_direct and is_told_back(message) else Send()


def elsewhere(message: About, why: Why) -> Reroute | Drop:
    """What becomes of a message whose channel is closed to it."""
    others = tuple(one for one in message.each if one != message.owner)
    if message.is_over or concerns_nobody(message):
        return Drop(why)
    if message.owner is None and not others:
        return Drop(why, is_loss=True)
    return Reroute(message.owner, others, why)


def concerns_nobody(message: About) -> bool:
    """Whether news that its channel cannot have would be told to nobody but who knows it."""
    return message.is_news and message.owner in (None, message.by)


def is_told_back(message: About) -> bool:
    """Whether its only reader would be told what they have just done, or know."""
    return message.is_news and message.reader is not None and message.reader == message.by
