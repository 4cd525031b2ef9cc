"""Events about a workspace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """A number of the policy was changed: what was planned by the old one is to be planned anew."""


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """Somebody joined, left, went away, or came back: others may have to stand in for them."""


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """Somebody's time zone is another: what was planned by their clock is to be planned anew."""

    member_id: int


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """Others than the team came to read in a channel: another company (`why` is shared), or the guests `readers`."""

    channel: str
    why: str
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    """Only the team reads in a channel again."""

    channel: str
