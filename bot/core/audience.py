"""Who reads at a place, and whether it is closed to the team's words for that: the one rule, pure.

A message's own part in it is in posts/audience.py, which is what deliverer and handlers ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a place takes no message of the team's. The first three are kept with a post, and said on it."""

    SHARED = "shared"
    GUEST = "guest"
    UNREACHABLE = "unreachable"
    OUTSIDER = "outsider"
    STRANGER = "stranger"


class Unknown(StrEnum):
    """What must be found out first: of a channel, of the people in it, or of who reads a direct message."""

    CHANNEL = "channel"
    MEMBERS = "members"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Audience:
    """What is known of who reads at a place; None is not known, or not any more.

    A channel: `is_shared` with another company, `is_archived`, `has_guests` among its members. A direct message:
    `is_direct`, and whether its reader `is_known` here, and `is_ours`.
    """

    is_shared: bool | None = None
    has_guests: bool | None = None
    is_archived: bool = False
    is_direct: bool = False
    is_known: bool = True
    is_ours: bool | None = None


def closed(audience: Audience, guests_may_read: bool) -> Why | Unknown | None:
    """Why a place takes no message of the team's, or what must be found out first; None when it is open.

    Guests are a reason unless the workspace lets them read. They never are for a whisper, which one of the team sees
    alone: who asks for one passes True. Where another company is, not even that is said.
    """
    if audience.is_direct:
        if not audience.is_known:
            return Why.STRANGER
        return Unknown.PERSON if audience.is_ours is None else None if audience.is_ours else Why.OUTSIDER
    if audience.is_archived:
        return Why.UNREACHABLE
    if audience.is_shared is None:
        return Unknown.CHANNEL
    if audience.is_shared:
        return Why.SHARED
    if guests_may_read:
        return None
    return Unknown.MEMBERS if audience.has_guests is None else Why.GUEST if audience.has_guests else None
