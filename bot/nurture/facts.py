"""What a proposal to tell an account something must show, and what is said of an account's pause."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Facts
from bot.core.person import Person


@dataclass(frozen=True, slots=True)
class LastingPause(Facts):
    """A pause of an account that lasts. `until` is its ISO day; empty: it lasts until somebody ends it."""

    pause_id: int
    by: Person
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class PauseNews(Facts):
    """What somebody is told of a pause that another has set (`ended_on` empty), or that is over.

    `ended_by` is None where its day has ended it.
    """

    pause_id: int
    account_id: int
    account: str
    as_of: str
    by: Person
    until: str
    reason: str
    ended_on: str = ""
    ended_by: Person | None = None


@dataclass(frozen=True, slots=True)
class NurtureCard(Facts):
    """One proposal. `goal` is one of insights.rules.Goal, `kind` of InsightKind, `state` of rules.TouchState.

    `opening` are the words to send, `fits` why this was chosen. `own` of `told` is the share of ear of the quarter.
    `answer` and `attendance` are the customer's; `said` is what they said, `heard_from` who of them.
    `is_retired`: it was taken out of the library since. `again_on` is the ISO day on which one that
    came at a bad moment comes again.
    """

    touch_id: int
    account_id: int
    account: str
    as_of: str
    goal: str
    kind: str
    insight: str
    opening: str
    url: str = ""
    offer: str = ""
    day: str | None = None
    fits: str = ""
    is_about_us: bool = False
    is_retired: bool = False
    own: int = 0
    told: int = 0
    mention: str | None = None
    state: str = "open"
    reason: str = ""
    by: Person | None = None
    on: str | None = None
    again_on: str | None = None
    answer: str = ""
    attendance: str = ""
    said: str = ""
    heard_from: str = ""
    answered_by: Person | None = None
    answered_on: str | None = None
    routed: str = ""
    pause: LastingPause | None = None
