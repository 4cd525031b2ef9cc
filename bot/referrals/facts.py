"""What is known of referrals, as plain values that fit in JSON."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts import Facts

WORDS_KEPT = 600
"""Characters of what they said that a message carries; the table has all of them."""


@dataclass(frozen=True, slots=True)
class ReferralLine(Facts):
    """One referral; days are ISO days, empty for what has not happened. `asked_by` and the like are names.

    `taken_back_by` is who said that they named nobody after all.
    """

    referral_id: int
    account_id: int
    account: str
    person: str
    as_of: str
    asked_on: str = ""
    asked_by: str = ""
    given_on: str = ""
    given_by: str = ""
    named: str = ""
    company: str = ""
    words: str = ""
    thanked_on: str = ""
    thanked_by: str = ""
    working_days: int = 5
    taken_back_by: str = ""


@dataclass(frozen=True, slots=True)
class HintLine(Facts):
    """A suggestion to ask somebody, and what became of it: `answer` is asked, not_now, or empty.

    Either the customer was heard `green_on`, or health is `score` and nothing bad was heard for `quiet_days`.
    """

    hint_id: int
    account_id: int
    account: str
    person_id: int
    person: str
    title: str
    as_of: str
    green_on: str = ""
    score: int = 0
    quiet_days: int = 60
    pause_days: int = 180
    answer: str = ""
    answered_on: str = ""


@dataclass(frozen=True, slots=True)
class AskablePerson:
    """One person of the list: the reasons (Bar values) not to ask them, and from which ISO day they are free again."""

    id: int
    name: str
    title: str
    part: str
    bars: tuple[str, ...] = ()
    free_on: str = ""
    left_on: str = ""


@dataclass(frozen=True, slots=True)
class ReferralList:
    """What `/referral` shows of an account: reasons that bar everybody, its people, and the newest referrals.

    `touches` and `near` are those of `touches_of`: the reader's own ("you") or the team's ("the team").
    """

    account_id: int
    account: str
    as_of: str
    bars: tuple[str, ...]
    unpaid: int
    overdue_promises: int
    touches: int
    near: int
    touches_of: str
    score: int | None
    green_on: str
    trouble_on: str
    green_days: int
    quiet_days: int
    least_score: int
    near_percent: int
    near_days: int
    pause_days: int
    people: tuple[AskablePerson, ...]
    people_count: int
    referrals: tuple[ReferralLine, ...]
    asked: int
    given: int
    thanked: int
    may_change: bool
