"""What fits an account: kinds of insight, freshness, a stated score, the share of ear, and days that come again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from bot.core.labelled import Labelled
from bot.core.months import shifted


class InsightKind(Labelled):
    """What an insight is."""

    ARTICLE = "article", "Article"
    TREND = "trend", "Trend"
    EVENT = "event", "Event"
    WEBINAR = "webinar", "Webinar"
    DEMO = "demo", "Demonstration"


INVITATIONS = frozenset((InsightKind.EVENT, InsightKind.WEBINAR, InsightKind.DEMO))
"""Kinds to which a customer comes or does not."""


class Goal(Labelled):
    """What telling it is for. Each nurture touch serves one of them, in this order where nothing else decides."""

    REINFORCE = "reinforce", "Why they chose us"
    CROSS_SELL = "cross_sell", "Interest in something they do not have yet"
    UPSELL = "upsell", "Interest in more of what they have"


class TriggerKind(Labelled):
    """Something that happens at a customer, whatever we do."""

    NEW_LEADER = "new_leader", "New CIO or other leader"
    MERGER = "merger", "Merger or takeover"
    YEAR_END = "year_end", "Their year end"
    FREEZE = "freeze", "Freeze"
    GO_LIVE = "go_live", "Go-live"
    OTHER = "other", "Something else"


ENDED, MOVED = "ended", "moved"
"""What became of an event of which its team was told: it is off the list, or has another day."""

OWN, INDUSTRY, QUESTION, GOALS, NEW = 100, 20, 8, 6, 1
"""Points for an insight that is for this account alone; for its industry; for each topic that stands in an open step or
promise; for each topic that stands in the plan's goals; for one of the last 30 days."""

TOPICS_COUNTED = 3
NEW_FOR = timedelta(days=30)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class LibraryInsight:
    """One insight of the library. `since` is the day it appeared, or was written down; `number` grows with each one.

    `account_id` is None and `industries` are empty for what is for everyone.
    """

    number: int
    words: str
    since: date
    url: str = ""
    kind: str = InsightKind.ARTICLE.value
    account_id: int | None = None
    industries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    is_about_us: bool = False
    goal: str = ""
    offer: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ShareOfEar:
    """How much of what an account was told in a quarter was about ourselves: `own` of `told`."""

    own: int = 0
    told: int = 0

    def has_room(self, one_in: int) -> bool:
        """Whether one more about ourselves would still be at most one in so many."""
        return (self.own + 1) * one_in <= self.told + 1


@dataclass(frozen=True, slots=True)
class Listener:
    """What an account may want to hear: its industry, its plan's goals, the words of its open steps and promises.

    `heard` are the insights it was offered before; `ear` counts this quarter's.
    """

    account_id: int
    today: date
    industry: str = ""
    goals: str = ""
    questions: tuple[str, ...] = ()
    heard: frozenset[int] = frozenset()
    ear: ShareOfEar = field(default_factory=ShareOfEar)
    fresh_days: int = 180
    one_in: int = 4


def is_fresh(insight: LibraryInsight, today: date, fresh_days: int) -> bool:
    """Whether it may still be told: up to its last day; without one, for so many days from the day it appeared."""
    if insight.valid_until is not None:
        return today <= insight.valid_until
    return (today - insight.since).days < fresh_days


def may_tell(insight: LibraryInsight, to: Listener) -> bool:
    """Whether an account may be told this: it is meant for it, fresh, never offered before, and not too much of us."""
    if insight.account_id is not None and insight.account_id != to.account_id:
        return False
    if insight.industries and not _is_of_industry(insight, to):
        return False
    if insight.number in to.heard or not is_fresh(insight, to.today, to.fresh_days):
        return False
    return not insight.is_about_us or to.ear.has_room(to.one_in)


def points(insight: LibraryInsight, to: Listener) -> int:
    """How well it fits: the sum of OWN, INDUSTRY, QUESTION and GOALS (three topics each at most) and NEW."""
    asked, wanted = _topics_in(insight, to.questions), _topics_in(insight, (to.goals,))
    return (
        OWN * (insight.account_id == to.account_id)
        + INDUSTRY * _is_of_industry(insight, to)
        + QUESTION * len(asked[:TOPICS_COUNTED])
        + GOALS * len(wanted[:TOPICS_COUNTED])
        + NEW * (to.today - insight.since < NEW_FOR)
    )


def fits(insight: LibraryInsight, to: Listener) -> str:
    """Why it was chosen, in a few words; empty where it is simply for everyone."""
    asked = _topics_in(insight, to.questions)[:TOPICS_COUNTED]
    wanted = [one for one in _topics_in(insight, (to.goals,))[:TOPICS_COUNTED] if one not in asked]
    reasons = [
        "it is about them" if insight.account_id == to.account_id else "",
        f"their industry is {to.industry}" if _is_of_industry(insight, to) else "",
        f"their open steps mention {', '.join(asked)}" if asked else "",
        f"their goals mention {', '.join(wanted)}" if wanted else "",
    ]
    return "; ".join(one for one in reasons if one)


def best(library: Iterable[LibraryInsight], to: Listener, goal: str = "") -> LibraryInsight | None:
    """What to tell an account next, for this goal if one is given: most points, then newest, then last added."""
    told = [one for one in library if may_tell(one, to) and (not goal or one.goal in ("", goal))]
    return max(told, key=lambda one: (points(one, to), one.since, one.number), default=None)


def rotation(served: Mapping[str, int]) -> tuple[Goal, ...]:
    """The goals in the order of their turn: the one that was served least comes first, so that none is starved."""
    return tuple(sorted(Goal, key=lambda goal: (served.get(goal.value, 0), list(Goal).index(goal))))


def choose(
    library: Sequence[LibraryInsight], to: Listener, served: Mapping[str, int]
) -> tuple[Goal, LibraryInsight] | None:
    """The goal whose turn it is and for which there is something to tell, with the best of that; None without any."""
    for goal in rotation(served):
        found = best(library, to, goal)
        if found is not None:
            return goal, found
    return None


def quarter_of(day: date) -> date:
    """The first day of a day's calendar quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def next_occurrence(on: date, is_yearly: bool, since: date) -> date | None:
    """The first day from `since` on which an event happens: its day, or the same day of a later year; None when over.

    29 February comes on the 28th in years that have none.
    """
    if on >= since:
        return on
    if not is_yearly:
        return None
    years = since.year - on.year
    this_year = shifted(on, 12 * years)
    return this_year if this_year >= since else shifted(on, 12 * (years + 1))


def listed_words(text: str, most: int = 12, longest: int = 60) -> tuple[str, ...]:
    """Words that people separate by commas, semicolons or lines, each once, as they wrote them."""
    found: dict[str, str] = {}
    for word in re.split(r"[,;\n|]", text):
        shown = " ".join(word.split())[:longest].strip()
        if shown:
            found.setdefault(shown.casefold(), shown)
    return tuple(found.values())[:most]


def _is_of_industry(insight: LibraryInsight, to: Listener) -> bool:
    if not insight.industries or not to.industry:
        return False
    mine = _plain(to.industry)
    return bool(mine) and any(_plain(one) == mine for one in insight.industries)


def _topics_in(insight: LibraryInsight, texts: Collection[str]) -> list[str]:
    """The topics of which every word stands in one of these texts, one or many of a thing alike."""
    if not insight.topics:
        return []
    spoken = [stems for text in texts if text and (stems := _stems(text))]
    if not spoken:
        return []
    return [topic for topic in insight.topics if (stems := _stems(topic)) and any(stems <= one for one in spoken)]


# A library of a thousand is held against hundreds of accounts at a time: each text is taken apart once.
@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold()))


@lru_cache(maxsize=1024)
def _plain(industry: str) -> str:
    return industry.strip().casefold()


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
