"""The quarterly nurture touch: its opening, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.core.labelled import Labelled

OPENING = "Hi {contact}, this made me think of you at {account}: {insight}\nWorth ten minutes when we next talk?"
"""How a touch begins where nobody wrote another opening."""

OPENING_LENGTH = 1000
REASON_LENGTH = 600
"""The most characters of an opening, and of why an account is paused."""

PAUSED, PAUSE_ENDED = "paused", "pause_ended"
"""What a pause is to a timeline."""

PLACES = ("contact", "account", "insight")
SOMEBODY = "there"
"""Stands for a contact of whom no name is known: "Hi there"."""

EMPTY_AGAIN = 10
"""Working days until a touch for which the library has nothing is looked at again."""

TITLES = frozenset(("dr", "prof", "mr", "mrs", "ms", "mx", "sir", "herr", "frau", "mme"))

_PLACE = re.compile(r"\{([^{}\n]*)\}")


class TouchState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    SENT = "sent"
    NOT_NOW = "not_now"
    LAPSED = "lapsed"


class NotNow(Labelled):
    """Why a proposal was not sent."""

    TIMING = "timing", "Bad moment for them"
    FIT = "fit", "Does not fit them"
    KNOWN = "known", "They know it already"
    NOBODY = "nobody", "Nobody to send it to"


FREED = frozenset((NotNow.TIMING, NotNow.NOBODY))
"""Reasons that say nothing of the insight: the account was not told it, and it may be proposed again."""


class NurtureAnswer(Labelled):
    """What the customer answered."""

    INTERESTED = "interested", "Interested"
    REPLIED = "replied", "Replied"
    SILENT = "silent", "No answer"


class Attendance(Labelled):
    """What came of an invitation."""

    INVITED = "invited", "Invited"
    COMING = "coming", "Coming"
    CAME = "came", "Came"
    NO = "no", "Not coming"


def filled(opening: str, contact: str, account: str, insight: str) -> str:
    """An opening with its places filled in, in one pass: what is filled in is never read as a place itself."""
    values = {"contact": greeted(contact) or SOMEBODY, "account": account, "insight": insight}
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), opening)


def wrong_with(opening: str) -> str:
    """What keeps an opening from being used, as a sentence; empty when it can be."""
    unknown = [f"{{{name}}}" for name in _PLACE.findall(opening) if name not in PLACES]
    if unknown:
        return f"{unknown[0]} is not known. Use {{contact}}, {{account}} and {{insight}}."
    if "{insight}" not in opening:
        return "Put {insight} where the insight goes."
    return ""


def first_contact(names: str) -> str:
    """Whom to write to, of what a touch says it was with: the first of several names."""
    return re.split(r"[,;/&]| and ", names)[0].strip()


def greeted(name: str) -> str:
    """A name as one writes to somebody: "Ruben" of "Ruben Hald", "Dr. Osborne" of "Dr. Amy Osborne"."""
    words = name.split()
    if len(words) < 2:
        return name
    return f"{words[0]} {words[-1]}" if words[0].casefold().rstrip(".") in TITLES else words[0]


def is_answerable(state: str) -> bool:
    """Whether the customer can have answered."""
    return state == TouchState.SENT


def turn_of(served: Mapping[int, Mapping[str, int]], account_id: int) -> Mapping[str, int]:
    """How often each goal was served for an account; an account that has none yet has served none."""
    return served.get(account_id, {})
