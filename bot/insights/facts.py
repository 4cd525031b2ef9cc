"""Insights and what happens at customers, as plain values: what forms give, lists show, and messages carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.core.facts import Facts
from bot.core.person import Person
from bot.insights.rules import InsightKind


@dataclass(frozen=True, slots=True)
class InsightAudience:
    """For whom it is: one account, some industries, or, when both are empty, everyone."""

    account_id: int | None = None
    industries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InsightDetails:
    """What helps to match it. `goal` is empty for one that serves any; `offer` names what it may lead to.

    `published_on` is when its source says it appeared.
    """

    kind: str = InsightKind.ARTICLE.value
    topics: tuple[str, ...] = ()
    is_about_us: bool = False
    valid_until: date | None = None
    goal: str = ""
    offer: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class InsightEntry:
    """One insight as its list and its form show it. `used` counts the accounts to which it was proposed."""

    id: int
    words: str
    url: str
    audience: InsightAudience
    details: InsightDetails
    account: str
    by_id: int | None
    by: str
    created_at: datetime
    used: int = 0

    @property
    def told(self) -> str:
        """What is told of it."""
        return told(self.words, self.url)


def told(words: str, url: str) -> str:
    """An insight as it stands in an opening: its words, and its link."""
    return f"{words} {url}".strip()


@dataclass(frozen=True, slots=True)
class NewTrigger:
    """What is written down of it. `on` is its day, the first one for what comes each year."""

    account_id: int
    kind: str
    on: date
    matters: str
    words: str = ""
    prepare: str = ""
    is_yearly: bool = False


@dataclass(frozen=True, slots=True)
class TriggerEntry:
    """One as its list and its form show it; `next_on` is when it happens next, its own day once that is over."""

    id: int
    account: str
    said: NewTrigger
    next_on: date


@dataclass(frozen=True, slots=True)
class TriggerNotice(Facts):
    """Something happens at a customer on the ISO day `on`. `kind` is one of rules.TriggerKind; `words` may be empty.

    `matters` says why it matters to them, `prepare` what we have ready by then (may be empty). `by` wrote it down.
    `outcome` is "ended" once it was taken off the list, by `ended_by`, and "moved" while it has another day, the ISO
    day `moved_to`. `changed_by` is who changed it last, since it was told.
    """

    trigger_id: int
    account_id: int
    account: str
    kind: str
    on: str
    as_of: str
    matters: str
    words: str = ""
    prepare: str = ""
    is_yearly: bool = False
    mention: str | None = None
    by: Person | None = None
    outcome: str = ""
    ended_by: str = ""
    moved_to: str = ""
    changed_by: str = ""
    routed: str = ""
