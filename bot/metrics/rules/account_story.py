"""An account's story: whether it was a customer, in which segment and tier, from which day on; and what is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class AccountCause(StrEnum):
    """What wrote a row of an account's story."""

    IMPORTED = "imported"
    DELETED = "deleted"
    """Its CRM has deleted or archived it."""
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class CustomerStanding:
    """What an account is: a customer or not, its segment as it was written (empty: none is known), and its tier."""

    is_active: bool
    segment: str
    tier: str


AccountStory = Mapping[date, CustomerStanding]
"""Day → what the account is from that day on."""


def account_story_now(
    told: AccountStory, now: CustomerStanding, begins: date, today: date, is_new: bool
) -> dict[date, CustomerStanding]:
    """The story as it is true now that the account stands as `now`; it begins on `begins` at the latest.

    What is different counts from today. What is learnt on the day on which the account came in (`is_new`) counts from
    its beginning, so that it does not matter which file came first; and so does the first segment that anybody says:
    that nobody knew it does not mean that the account was in none.
    """
    if not told:
        return {begins: now}
    first = min(told)
    story = dict(told)
    if begins < first:
        story[begins] = told[first]
    if is_new:
        return dict.fromkeys(story, now)
    if now.segment and not any(one.segment for one in story.values()):
        story = {day: replace(one, segment=now.segment) for day, one in story.items()}
    if account_on(story, today) != now:
        story[today] = now
    return story


def account_on(story: AccountStory, day: date) -> CustomerStanding | None:
    """What the account is on a day; None before its story begins."""
    before = [on for on in story if on <= day]
    return story[max(before)] if before else None


def account_rows(told: AccountStory, true: AccountStory) -> list[tuple[date, CustomerStanding]]:
    """What is to be added to a story that tells `told`, so that it tells `true`, in the order of days."""
    return [(day, one) for day, one in sorted(true.items()) if told.get(day) != one]
